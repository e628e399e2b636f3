import '../ui/base.css';
import { mount } from 'svelte';
import { connection } from '../api/connection.svelte';
import { locale } from '../i18n/locale.svelte';
import Display from './Display.svelte';

locale.restore();
connection.watch();

mount(Display, { target: document.getElementById('app')! });
