//! Questions that are asked while somebody types.
//!
//! Drawn on the server: nobody types there, and no question is asked.

use serde::de::DeserializeOwned;

/// A question that waits for a pause in typing, or for its answer. Dropped, it is taken back.
pub struct Asking {
    #[cfg(target_arch = "wasm32")]
    waits: leptos::leptos_dom::helpers::TimeoutHandle,
    #[cfg(target_arch = "wasm32")]
    request: Option<web_sys::AbortController>,
}

/// Asks an address of this site after a pause of a quarter of a second, and hands on what it answers.
/// A question that fails is silent: the form itself is judged on the server in any case.
#[cfg(target_arch = "wasm32")]
pub fn ask_soon<T: DeserializeOwned + 'static>(address: String, answered: impl Fn(T) + 'static) -> Option<Asking> {
    use leptos::leptos_dom::helpers::set_timeout_with_handle;
    use std::time::Duration;

    let request = web_sys::AbortController::new().ok();
    let signal = request.as_ref().map(web_sys::AbortController::signal);
    let ask = move || {
        leptos::task::spawn_local(async move {
            let question = gloo_net::http::Request::get(&address).header("accept", "application/json").abort_signal(signal.as_ref());
            if let Ok(answer) = question.send().await
                && answer.ok()
                && let Ok(answer) = answer.json::<T>().await
            {
                answered(answer);
            }
        });
    };
    let waits = set_timeout_with_handle(ask, Duration::from_millis(250)).ok()?;
    Some(Asking { waits, request })
}

/// Asks nothing.
#[cfg(not(target_arch = "wasm32"))]
pub fn ask_soon<T: DeserializeOwned + 'static>(_address: String, _answered: impl Fn(T) + 'static) -> Option<Asking> {
    None
}

#[cfg(target_arch = "wasm32")]
impl Drop for Asking {
    fn drop(&mut self) {
        self.waits.clear();
        if let Some(request) = &self.request {
            request.abort();
        }
    }
}
