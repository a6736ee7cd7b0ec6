namespace ImageStorage.Failover;

/// <summary>
/// How far the clock of the primary's versions is ahead of this process's, learnt from the writes that succeed. An estimate that is
/// too high only makes what waits on the fallback count, which is right unless somebody writes past this store.
/// </summary>
internal sealed class PrimaryClock(TimeProvider clock)
{
    private long _ahead;

    /// <summary>The time on the primary, as far as this process knows.</summary>
    public DateTimeOffset Now => Of(clock.GetUtcNow());

    /// <summary>A time of this process, by the primary's clock.</summary>
    public DateTimeOffset Of(DateTimeOffset time) => time.AddTicks(Volatile.Read(ref _ahead));

    /// <summary>Learns from a version that has just been written.</summary>
    public void Learn(ImageInfo written)
    {
        var ahead = (written.ModifiedAt - clock.GetUtcNow()).Ticks;
        if (ahead > Volatile.Read(ref _ahead))
        {
            Volatile.Write(ref _ahead, Math.Min(ahead, TimeSpan.TicksPerDay));
        }
    }
}
