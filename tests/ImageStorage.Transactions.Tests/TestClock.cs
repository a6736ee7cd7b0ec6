namespace ImageStorage.Transactions.Tests;

/// <summary>
/// A clock that stands still until the test advances it. Short waits, such as the delay before a retry, end at once;
/// long waits, such as timeouts and the renewal of a lease, never end on their own.
/// </summary>
internal sealed class TestClock : TimeProvider
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);
    private long _ticks = new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero).UtcTicks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Advance(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => dueTime <= LongestWait && dueTime >= TimeSpan.Zero
        ? base.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan)
        : base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
}
