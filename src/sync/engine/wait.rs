//! Waiting: for a moment, for a person's order, for the outbox to grow.

use std::future::pending;

use super::{Engine, Order};
use crate::sync::clock::{Clock, Mono};
use crate::sync::plan::Outbox;
use crate::sync::session::Session;

impl Engine {
    /// Waits until `until`, an order, or growth of the outbox.
    pub(super) async fn wait(&mut self, until: Option<Mono>) {
        let alarm = alarm(&*self.clock, until);
        tokio::select! {
            biased;
            Some(order) = self.orders.recv() => self.obey(order),
            () = self.grown.notified() => self.outbox_has_grown(),
            () = alarm => {}
        }
    }

    /// Waits until the outbox may be looked at again.
    pub(super) async fn wait_for_outbox(&mut self) {
        if let Outbox::NotBefore(then) = self.outbox {
            self.wait(Some(then)).await;
        }
    }

    /// Takes what was ordered while a step was walked.
    pub(super) fn take_waiting_orders(&mut self) {
        while let Ok(order) = self.orders.try_recv() {
            self.obey(order);
        }
    }

    /// New acts are sent at once, unless a wait was asked for: then they wait
    /// with the others, because the order counts.
    pub(super) fn outbox_has_grown(&mut self) {
        match self.outbox {
            Outbox::LookAt(_) => self.outbox = Outbox::Due,
            Outbox::Due | Outbox::NotBefore(_) | Outbox::Held => {}
        }
    }

    /// Does what was ordered: whatever was waited for is tried now.
    pub(super) fn obey(&mut self, order: Order) {
        self.halted = None;
        self.rest_until = None;
        self.line.reset();
        self.sending.reset();
        self.outbox = Outbox::Due;
        match order {
            // A stream that lives goes on; if it only seems to, asking where
            // the feeds stand will show it.
            Order::SyncNow => self.feeds = None,
            Order::SignedIn(signed_in) => {
                let now = self.clock.monotonic();
                self.session = Some(Session::begun(&signed_in, now));
                // Who signs in at a desk that must be enrolled anew does that.
                self.held = None;
                self.rejections = 0;
                self.forget_line();
                self.check_scope(&signed_in);
                self.remember_online(&signed_in);
            }
        }
    }
}

/// Ends at `until`, or never.
pub(super) async fn alarm(clock: &dyn Clock, until: Option<Mono>) {
    match until {
        Some(until) => clock.sleep(until.since(clock.monotonic())).await,
        None => pending().await,
    }
}
