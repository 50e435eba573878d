//! A guard for pages that the browser restores with Back or Forward from its cache. The page asks who is signed in
//! before it shows anything, because its reader may have signed out and left.

use crate::accounts::actions::GetReader;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

/// The message that is shown when the answer takes a while.
const MESSAGE: &str = "Checking who is signed in…";

/// An inline script, because the page may be left before the wasm module has loaded.
///
/// It covers the page when the page enters the back/forward cache, so that it is covered when it is restored. It also
/// covers a page that is loaded again from a cached response. For the same reader it uncovers the page and restores the
/// focus. For anybody else it reloads the page, or the page of the form that this page answers. While the server
/// doesn't respond, the page stays covered and the script retries.
const SCRIPT: &str = "((reader,address,says)=>{\
    const d=document,r=d.documentElement;let had;\
    const cover=()=>{if(!r.dataset.covered){had=d.activeElement;r.dataset.covered=says}};\
    const show=()=>{delete r.dataset.covered;\
        const b=d.body,f=had&&had!==b&&(had.isConnected?had:d.getElementById(had.id))||d.querySelector('dialog[open] h2');\
        if(f&&(!d.activeElement||d.activeElement===b))f.focus({preventScroll:true})};\
    const away=()=>location.pathname.startsWith('/do/')\
        ?location.replace(d.querySelector('meta[name=address]')?.content||'/'):location.reload();\
    const ask=()=>fetch(address,{headers:{accept:'application/json'}}).then(a=>a.ok?a.json():Promise.reject())\
        .then(now=>now===reader?show():away(),()=>setTimeout(ask,2000));\
    addEventListener('pagehide',e=>{if(e.persisted)cover()});\
    addEventListener('pageshow',e=>{if(e.persisted){cover();ask()}});\
    if(performance.getEntriesByType('navigation')[0]?.type==='back_forward'){cover();ask()}\
    })";

/// The script for a page of a signed-in reader. A visitor's page shows nothing personal and needs none. Only the server
/// renders it.
pub fn guard(reader: &str) -> Option<impl IntoView + use<>> {
    let script = [SCRIPT, "('", reader, "','", GetReader::url(), "','", MESSAGE, "')"].concat();
    (!reader.is_empty()).then(|| view! { <script nonce=leptos::nonce::use_nonce() inner_html=script></script> })
}
