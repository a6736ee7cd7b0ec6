namespace ImageStorage.Providers;

/// <summary>Receives damage that is found while an application reads a stream.</summary>
internal interface IDamageObserver
{
    /// <summary>Reports damage of an image.</summary>
    void OnDamage(ImageKey key, StorageCorruptedException damage);
}

/// <summary>A stream that reports damage itself, so that a read needs no wrapper.</summary>
internal interface IObservedStream
{
    /// <summary>Sets the observer. Called before the first read; the outermost observer replaces an earlier one.</summary>
    void Observe(IDamageObserver observer, ImageKey key);
}

/// <summary>The damage of one stream, which is reported once although later reads fail again.</summary>
internal struct DamageReport(IDamageObserver observer, ImageKey key)
{
    private IDamageObserver? _observer = observer;

    /// <summary>Gets a value indicating whether damage is still to be reported.</summary>
    public readonly bool IsObserved => _observer is not null;

    /// <summary>Reports damage to the observer, once.</summary>
    public void Send(StorageCorruptedException damage) => Interlocked.Exchange(ref _observer, null)?.OnDamage(key, damage);
}
