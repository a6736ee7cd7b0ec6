using ImageStorage.Providers;

namespace ImageStorage.Testing.NUnit;

/// <summary>
/// What the conformance suite must know of a provider: how to open one over an empty store, and over the same store again.
/// One harness is one store; the suite makes a new harness for nearly every test, so making one must be cheap.
/// </summary>
public abstract class ProviderHarness : IAsyncDisposable
{
    /// <summary>
    /// Opens a provider object over the store of this harness, which is empty the first time. Called again, it opens a
    /// further object over the same store: after the one before was disposed, or, when
    /// <see cref="ProviderCapabilities.MultiProcess"/> says so, beside it. A provider that is neither durable nor
    /// multi-process is opened only once. The suite disposes what it opened.
    /// </summary>
    /// <param name="clock">The clock that the provider must take creation and modification times from.</param>
    public abstract ValueTask<IImageProvider> OpenAsync(TimeProvider clock);

    /// <summary>Can <see cref="DamageAsync"/> damage what is stored? Then the tests of corruption run, else they are skipped.</summary>
    public virtual bool CanDamage => false;

    /// <summary>Damages the stored image without the provider, like a failing medium.</summary>
    /// <param name="key">An image that is stored.</param>
    /// <param name="damage">What to do to it.</param>
    public virtual ValueTask DamageAsync(ImageKey key, StoreDamage damage) => throw new NotSupportedException($"{GetType().Name} says that it can damage an image, but does not override {nameof(DamageAsync)}.");

    /// <summary>The losses that <see cref="LoseAsync"/> can inflict on an open store. Tests of the others are skipped; the default is none.</summary>
    public virtual IReadOnlyList<StoreLoss> PossibleLosses => [];

    /// <summary>
    /// Takes the medium of the store away, or puts something else into its place, while provider objects are open. The content of the store is kept aside for
    /// <see cref="ReturnAsync"/>.
    /// </summary>
    /// <param name="loss">One of <see cref="PossibleLosses"/>.</param>
    public virtual ValueTask LoseAsync(StoreLoss loss) => throw new NotSupportedException($"{GetType().Name} names {loss} as a possible loss, but does not override {nameof(LoseAsync)}.");

    /// <summary>Removes what is at the place of the store now, and puts the store back as it was before <see cref="LoseAsync"/>.</summary>
    /// <returns>True if the place was still as <see cref="LoseAsync"/> had left it; false if anything was created or changed there.</returns>
    public virtual ValueTask<bool> ReturnAsync() => throw new NotSupportedException($"{GetType().Name} names possible losses, but does not override {nameof(ReturnAsync)}.");

    /// <summary>Texts that no message may show: absolute paths, connection strings, account keys.</summary>
    public virtual IEnumerable<string> Secrets => [];

    /// <summary>
    /// How many bytes the client library under the provider allocates by itself to save or read an image of this length, such as an array for all that it
    /// reads: measured, and stated in the provider's documentation. The tests of memory (P5) allow it on top of the provider's own. None unless overridden.
    /// </summary>
    /// <param name="length">The bytes of the image.</param>
    public virtual long GetClientAllocation(long length) => 0;

    /// <summary>Removes the store.</summary>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
