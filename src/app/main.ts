import { mount } from 'svelte'
import './tokens.css'
import './base.css'
import Page from './Page.svelte'

const root = document.getElementById('app')
if (root) mount(Page, { target: root })
