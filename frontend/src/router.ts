import { createRouter, createWebHistory } from 'vue-router'

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', name: 'events', component: () => import('./views/EventsView.vue') },
    { path: '/events/:event', name: 'event', component: () => import('./views/EventView.vue'), props: true, meta: { full: true } },
    { path: '/bookings', name: 'bookings', component: () => import('./views/BookingsView.vue') },
    { path: '/bookings/:id', name: 'booking', component: () => import('./views/BookingView.vue'), props: true },
    { path: '/privacy', name: 'privacy', component: () => import('./views/PrivacyView.vue') },
    { path: '/:rest(.*)*', name: 'missing', component: () => import('./views/MissingView.vue') },
  ],
  // What lies over a page has entries of its own: they move nothing.
  scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? false : { top: 0 }),
})
