namespace ImageStorage.Providers;

/// <summary>A stream that reports damage itself, so that reads need no wrapper.</summary>
internal interface IObservedStream
{
    /// <summary>Sets the observer. Called before the first read; a later observer replaces an earlier one.</summary>
    void Observe(IDamageObserver observer, ImageKey key);
}
