import { mount } from 'svelte'
import './tokens.css'
import './base.css'
import { provideLuaFromOrigin } from './lua'
import Page from './Page.svelte'

provideLuaFromOrigin()
const root = document.getElementById('app')
if (root) mount(Page, { target: root })
