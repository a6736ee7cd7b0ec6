namespace ImageStorage.Providers;

/// <summary>The damage of one stream, which is reported once although later reads fail again.</summary>
internal struct DamageReport(IDamageObserver observer, ImageKey key)
{
    private IDamageObserver? _observer = observer;

    /// <summary>Gets a value indicating whether damage is still to be reported.</summary>
    public readonly bool IsObserved => _observer is not null;

    /// <summary>Reports damage to the observer, once.</summary>
    public void Send(StorageCorruptedException damage) => Interlocked.Exchange(ref _observer, null)?.OnDamage(key, damage);
}
