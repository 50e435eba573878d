//! News from the server, for a page that is open.
//!
//! Drawn on the server: a page that is sent hears nothing more; the browser opens the line once it is alive.

/// An open line for news. Dropped, it is closed.
pub struct Listening {
    #[cfg(target_arch = "wasm32")]
    line: web_sys::EventSource,
    // Called for as long as the line is open.
    #[cfg(target_arch = "wasm32")]
    _heard: wasm_bindgen::closure::Closure<dyn FnMut(web_sys::MessageEvent)>,
}

/// Opens a line for news. `heard` is called with each topic; the browser comes back by itself after a cut.
#[cfg(target_arch = "wasm32")]
pub fn listen(heard: impl Fn(&str) + 'static) -> Option<Listening> {
    use wasm_bindgen::JsCast as _;
    use wasm_bindgen::closure::Closure;

    let line = web_sys::EventSource::new("/live").ok()?;
    let heard = Closure::<dyn FnMut(web_sys::MessageEvent)>::new(move |message: web_sys::MessageEvent| {
        if let Some(topic) = message.data().as_string() {
            heard(&topic);
        }
    });
    line.set_onmessage(Some(heard.as_ref().unchecked_ref()));
    Some(Listening { line, _heard: heard })
}

/// Opens nothing.
#[cfg(not(target_arch = "wasm32"))]
pub fn listen(_heard: impl Fn(&str) + 'static) -> Option<Listening> {
    None
}

#[cfg(target_arch = "wasm32")]
impl Drop for Listening {
    fn drop(&mut self) {
        self.line.set_onmessage(None);
        self.line.close();
    }
}
