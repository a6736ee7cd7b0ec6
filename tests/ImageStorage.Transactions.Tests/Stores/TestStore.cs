using ImageStorage.Providers;
using ImageStorage.Transactions.Tests.Running;

namespace ImageStorage.Transactions.Tests.Stores;

/// <summary>A store that outlives its provider objects, as a store outlives processes.</summary>
public abstract class TestStore : IAsyncDisposable
{
    /// <summary>Opens a provider object for the store; only one at a time.</summary>
    public abstract IImageProvider Open(TimeProvider clock);

    /// <summary>Opens a provider object whose calls are observed.</summary>
    internal virtual IImageProvider Open(TimeProvider clock, Action<CallMoment> observe) => new ObservedProvider(Open(clock), observe);

    /// <summary>Removes the store.</summary>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return default;
    }
}
