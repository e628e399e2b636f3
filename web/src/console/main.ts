import '../ui/base.css';
import { mount } from 'svelte';
import { connection } from '../api/connection.svelte';
import { locale } from '../i18n/locale.svelte';
import Console from './Console.svelte';

locale.restore();
connection.watch();

mount(Console, { target: document.getElementById('app')! });
