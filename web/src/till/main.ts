import '../ui/base.css';
import { mount } from 'svelte';
import { connection } from '../api/connection.svelte';
import { locale } from '../i18n/locale.svelte';
import { preferences } from './preferences.svelte';
import { uses } from './uses.svelte';
import Till from './Till.svelte';

locale.restore();
preferences.restore();
uses.restore();
connection.watch();

mount(Till, { target: document.getElementById('app')! });
