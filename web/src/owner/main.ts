import '../ui/base.css';
import { mount } from 'svelte';
import { connection } from '../api/connection.svelte';
import { locale } from '../i18n/locale.svelte';
import Owner from './Owner.svelte';

locale.restore();
connection.watch();

mount(Owner, { target: document.getElementById('app')! });
