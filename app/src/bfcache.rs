//! A page that the browser shows again out of what it has kept, by Back or Forward: it asks who is signed in before it
//! shows anything. Whoever read it may have signed out and left.

use crate::accounts::actions::GetReader;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

/// What stands there where the answer takes a while.
const MESSAGE: &str = "Checking who is signed in…";

/// A few lines of script, because the page may be left before the browser half has come. It is covered as it goes into
/// the browser's memory, so that it comes out covered, and at its begin where it is drawn anew from a kept answer.
/// Whoever it was drawn for sees it again, with the focus where it was; for anybody else it is loaded anew, or the page of
/// the form that it answers. Where nobody answers it stays covered, and asks again.
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

/// The script of a page that is drawn for somebody; a visitor's page shows nothing that is anybody's.
///
/// Server-side rendering: only there.
pub fn guard(reader: &str) -> Option<impl IntoView + use<>> {
    let script = [SCRIPT, "('", reader, "','", GetReader::url(), "','", MESSAGE, "')"].concat();
    (!reader.is_empty()).then(|| view! { <script nonce=leptos::nonce::use_nonce() inner_html=script></script> })
}
