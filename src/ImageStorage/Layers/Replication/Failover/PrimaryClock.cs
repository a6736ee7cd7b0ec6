namespace ImageStorage.Failover;

/// <summary>
/// Estimates how far the clock of the primary's versions is ahead of this process, from successful writes. Too large an
/// estimate only makes hints win, which is right unless another program writes past the store.
/// </summary>
internal sealed class PrimaryClock(TimeProvider clock)
{
    private long _ahead;

    /// <summary>Gets the current time by the primary's clock, as far as this process knows.</summary>
    public DateTimeOffset Now => Of(clock.GetUtcNow());

    /// <summary>Converts a time of this process to the primary's clock.</summary>
    public DateTimeOffset Of(DateTimeOffset time) => time.AddTicks(Volatile.Read(ref _ahead));

    /// <summary>Learns from a version that was just written.</summary>
    public void Learn(ImageInfo written)
    {
        var ahead = (written.ModifiedAt - clock.GetUtcNow()).Ticks;
        if (ahead > Volatile.Read(ref _ahead))
        {
            Volatile.Write(ref _ahead, Math.Min(ahead, TimeSpan.TicksPerDay));
        }
    }
}
