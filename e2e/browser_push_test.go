package e2e

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/serviceworker"
	"github.com/chromedp/chromedp"

	"tagline/store"
	"tagline/views"
)

// worker is a service worker that runs in a browser, and its registration.
type worker struct {
	tab
	browser context.Context // of a tab of it
	origin  string
	id      serviceworker.RegistrationID
}

// newWorker is that of a list whose reader lets the browser show notifications. Of what a click leads to, the browser
// lets only a real one open a window: that is noted instead.
func newWorker(l list) worker {
	l.t.Helper()
	l.permit(browser.PermissionSettingGranted, l.server.url)
	w := worker{browser: l.ctx, origin: l.server.url, id: l.registered()}
	w.tab = tab{t: l.t, ctx: l.workerContext()}
	w.ask(`self.told = 0;
		const wait = ExtendableEvent.prototype.waitUntil;
		ExtendableEvent.prototype.waitUntil = function (work) {
			wait.call(this, work);
			if (this.type === "push") Promise.resolve(work).then(() => told++);
		};
		self.opened = ""; Clients.prototype.openWindow = async (address) => { opened = address; }; ""`)
	return w
}

// registered has the browser register the service worker and waits until it runs.
func (l list) registered() serviceworker.RegistrationID {
	l.t.Helper()
	ids := make(chan serviceworker.RegistrationID, 1)
	err := chromedp.Listen(l.ctx, func(event any) {
		if e, ok := event.(*serviceworker.EventWorkerRegistrationUpdated); ok && len(e.Registrations) > 0 {
			select {
			case ids <- e.Registrations[0].RegistrationID:
			default:
			}
		}
	})
	if err == nil {
		_, err = chromedp.Call(l.ctx, serviceworker.Enable, cdp.Empty{})
	}
	if err != nil {
		l.t.Fatal(err)
	}
	eval[any](l.tab, `navigator.serviceWorker.register("/worker.js"); 0`)
	l.await("the service worker", `navigator.serviceWorker.ready.then(() => true)`)
	select {
	case id := <-ids:
		return id
	case <-l.ctx.Done():
		l.t.Fatal("the browser does not tell of the service worker")
		return ""
	}
}

// workerContext controls the service worker as a tab's context does the tab.
func (l list) workerContext() context.Context {
	l.t.Helper()
	targets, err := chromedp.Targets(l.ctx)
	if err != nil {
		l.t.Fatal(err)
	}
	for _, target := range targets {
		if target.Type == "service_worker" && strings.HasPrefix(target.URL, l.server.url) {
			ctx, cancel := chromedp.NewContext(l.ctx, chromedp.WithTargetID(target.TargetID))
			l.t.Cleanup(cancel)
			return ctx
		}
	}
	l.t.Fatal("no service worker runs")
	return nil
}

// ask returns the text that an expression in the worker has, or promises.
func (w worker) ask(expression string) string {
	w.t.Helper()
	text, err := chromedp.Run(w.ctx, chromedp.Evaluate[string](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		w.t.Fatalf("%s: %v", expression, err)
	}
	return text
}

// push brings what a push service would, and waits until the worker is done with it.
func (w worker) push(data string) {
	w.t.Helper()
	before := w.ask(`String(told)`)
	if _, err := chromedp.Call(w.browser, serviceworker.DeliverPushMessage, serviceworker.DeliverPushMessageParams{Origin: w.origin, RegistrationID: w.id, Data: data}); err != nil {
		w.t.Fatal(err)
	}
	w.ask(`new Promise((done) => { const look = () => (told > ` + before + ` ? done("") : setTimeout(look, 10)); look(); })`)
}

// wantShown fails unless the browser shows these notifications, each as its title, its text and whether it is silent.
func (w worker) wantShown(when, want string) {
	w.t.Helper()
	if got := w.ask(`self.registration.getNotifications().then((all) => all.map((n) => [n.title, n.body, ...(n.silent ? ["silent"] : [])].join(": ")).sort().join(", "))`); got != want {
		w.t.Errorf("%s it shows %q, want %q", when, got, want)
	}
}

// click does to the first notification with a tag what the browser does when somebody clicks on it.
func (w worker) click(tag string) {
	w.t.Helper()
	w.ask(`(async () => {
		const [notification] = await self.registration.getNotifications({ tag: ` + quoted(tag) + ` });
		const event = new NotificationEvent("notificationclick", { notification });
		let done;
		event.waitUntil = (promise) => (done = promise); // which the browser's own events alone let call
		self.dispatchEvent(event);
		await done;
		return "";
	})()`)
}

// noticeOf is what the server pushes of a message in a conversation.
func noticeOf(t *testing.T, id, change int64, text string, p store.Preferences) string {
	t.Helper()
	arrival := views.Arrival{Change: change, Count: 1, Conversation: store.Conversation{ID: id, Contact: store.Contact{Name: "Mira"}, LastText: text}}
	data, err := json.Marshal(views.NoticeOf([]views.Arrival{arrival}, p))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestAPushIsShownWhereTaglineIsClosedAndSaysWhatThePersonLetsItSay(t *testing.T) {
	t.Parallel()
	l := newListIn(t, newDesktopTab(t), 1)
	w := newWorker(l)
	notice := noticeOf(t, 1, 7, "A secret", store.Preferences{})
	w.push(notice)
	w.wantShown("with the list in front of somebody", "")

	l.open("about:blank")
	w.push(notice)
	w.wantShown("with Tagline closed", "Mira: New message")
	w.push(notice)
	w.wantShown("when told twice", "Mira: New message: silent")
	w.push(noticeOf(t, 1, 9, "Free at 11?", store.Preferences{NotifyText: true}))
	w.wantShown("where it may say what was written", "Mira: Free at 11?")
	w.push("no notice")
	w.wantShown("of what it does not understand", "Mira: Free at 11?, Tagline: New message")
}

func TestAClickOnAPushedNotificationOpensItsThread(t *testing.T) {
	t.Parallel()
	l := newListIn(t, newDesktopTab(t), 2)
	w := newWorker(l)
	l.open("about:blank")
	w.push(noticeOf(t, 2, 7, "", store.Preferences{}))
	w.click("conversation-2")
	if address := w.ask(`opened`); address != "/conversations/2" {
		t.Errorf("with Tagline closed a click opens %q", address)
	}
	w.wantShown("once clicked", "")

	w.push(noticeOf(t, 1, 9, "", store.Preferences{}))
	l.open(l.server.url + "/inbox")
	l.live()
	eval[any](l.tab, `window.same = true; 0`)
	w.click("conversation-1")
	l.await("the thread in the open tab", `location.pathname === "/conversations/1" && window.same && !!document.getElementById("thread-header")`)
	if address := w.ask(`opened`); address != "/conversations/2" {
		t.Errorf("with Tagline open a click opens another window, at %q", address)
	}
}
