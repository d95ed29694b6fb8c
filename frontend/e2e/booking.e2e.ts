import { expect, test } from 'vitest'
import { clickSeat, freeSeats, live, looks, openMap, openSeat, takeBest } from './house'
import { picture, useStage } from './stage'

const stage = useStage()

test('a confirmed booking survives SIGKILL, and its cancel frees the seat for others', async () => {
  const [seat] = await freeSeats(stage.server, 'demo', 1)
  if (!seat) throw new Error('sold out')
  const [buyer, other] = [await stage.buyer(), await stage.buyer()]
  await openSeat(buyer, stage.server, 'demo', seat)
  await openMap(other, stage.server, 'demo')
  await clickSeat(buyer)
  await buyer.getByTestId(`held-${seat.id}`).waitFor()
  await buyer.getByTestId('book').click()
  await buyer.getByTestId('booking-status').filter({ hasText: 'Confirmed' }).waitFor()
  const reference = await buyer.getByTestId('reference').textContent()
  await picture(buyer, 'booking')
  await looks(other, seat, 'booked')

  stage.away = true
  await stage.server.kill()
  await stage.server.start()
  await other.reload()
  await live(other)
  stage.away = false
  await looks(other, seat, 'booked')
  await buyer.reload()
  await buyer.getByTestId('booking-status').filter({ hasText: 'Confirmed' }).waitFor()
  expect(await buyer.getByTestId('reference').textContent()).toBe(reference)
  await openSeat(buyer, stage.server, 'demo', seat)
  await looks(buyer, seat, 'owned')

  await buyer.goto(`${stage.server.url}/bookings`)
  await buyer.getByText(reference ?? '').waitFor()
  await picture(buyer, 'bookings')
  await buyer.locator('article.booking', { hasText: reference ?? '' }).getByRole('link').first().click()
  await buyer.getByTestId('cancel').click()
  await picture(buyer, 'cancel')
  await buyer.getByTestId('confirm-cancel').click()
  await buyer.getByTestId('booking-status').filter({ hasText: 'Cancelled' }).waitFor()
  await looks(other, seat, 'available')
})

test('the best seats are found, kept longer, and booked together', async () => {
  const buyer = await stage.buyer()
  await openMap(buyer, stage.server, 'demo')
  await takeBest(buyer, 2)
  const seats = buyer.locator('[data-testid^=held-]')
  await expect.poll(() => seats.count()).toBeGreaterThan(1)
  const count = await seats.count()
  const total = await buyer.getByTestId('total').getAttribute('data-amount')
  expect(Number(total)).toBeGreaterThan(0)
  await buyer.getByTestId('book').click()
  await buyer.getByTestId('booking-status').filter({ hasText: 'Confirmed' }).waitFor()
  const paid = (await buyer.getByTestId('booking-total').textContent()) ?? ''
  expect(paid.replace(/\D/g, '')).toBe(total)
  await openMap(buyer, stage.server, 'demo')
  await expect.poll(() => buyer.locator('.seats .seat.owned').count()).toBeGreaterThan(0)
  expect(count).toBeGreaterThan(1)
})
