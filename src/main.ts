import { mount } from 'svelte';
import App from './ui/App.svelte';
import './ui/styles/fonts.css';

const target = document.getElementById('app');
if (!target) throw new Error('index.html: expected an element with id "app".');
mount(App, { target });
