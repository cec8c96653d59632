package graph

import (
	"context"
	"sync"
	"time"
)

// lane is where dear operations wait for their turn, so that a processor stays free for all others. A turn is given to
// clients one after the other, however many operations each has waiting: nobody's own have to wait for more than one of each other client.
type lane struct {
	mutex   sync.Mutex
	free    int                        // operations that may yet begin
	waiting map[string][]chan struct{} // of each client, the first to come in front
	clients []string                   // with operations that wait, in the order of their turns
	most    int                        // of a client that wait
}

func newLane(width, most int) *lane {
	return &lane{free: width, waiting: map[string][]chan struct{}{}, most: most}
}

// enter waits for a turn of the client, which ends with leave. It refuses with Later where the client has too many waiting already.
func (l *lane) enter(ctx context.Context, client string) error {
	l.mutex.Lock()
	if l.free > 0 {
		l.free--
		l.mutex.Unlock()
		return nil
	}
	queue := l.waiting[client]
	if len(queue) >= l.most {
		l.mutex.Unlock()
		return &Later{Code: CodeBusy, Message: "several of your operations wait already, as each of them takes long: try again in a moment", After: time.Second}
	}
	if len(queue) == 0 {
		l.clients = append(l.clients, client)
	}
	turn := make(chan struct{})
	l.waiting[client] = append(queue, turn)
	l.mutex.Unlock()
	select {
	case <-turn:
		return nil
	case <-ctx.Done():
	}
	if !l.giveUp(client, turn) {
		l.leave() // the turn came meanwhile
	}
	return ctx.Err()
}

// leave ends a turn and gives it on.
func (l *lane) leave() {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if len(l.clients) == 0 {
		l.free++
		return
	}
	client := l.clients[0]
	l.clients = l.clients[1:]
	queue := l.waiting[client]
	close(queue[0])
	if len(queue) == 1 {
		delete(l.waiting, client)
		return
	}
	l.waiting[client] = queue[1:]
	l.clients = append(l.clients, client)
}

// giveUp takes a turn out of the queue that has not come yet.
func (l *lane) giveUp(client string, turn chan struct{}) bool {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	queue := l.waiting[client]
	for i, other := range queue {
		if other != turn {
			continue
		}
		if len(queue) > 1 {
			l.waiting[client] = append(queue[:i:i], queue[i+1:]...)
			return true
		}
		delete(l.waiting, client)
		for j, name := range l.clients {
			if name == client {
				l.clients = append(l.clients[:j:j], l.clients[j+1:]...)
				break
			}
		}
		return true
	}
	return false
}
