using ImageStorage.Providers;

namespace ImageStorage.Testing.NUnit;

/// <summary>
/// Opens a provider for the conformance suite, over an empty store first and over the same store again afterwards. One
/// harness is one store. The suite creates a new harness for nearly every test, so the creation must be cheap.
/// </summary>
public abstract class ProviderHarness : IAsyncDisposable
{
    /// <summary>
    /// Opens a provider object over the store of this harness. The store is empty at the first call. A further call
    /// opens another object over the same store: after the disposal of the previous object, or at the same time if
    /// <see cref="ProviderCapabilities.MultiProcess"/> is true. A provider that is neither durable nor multi-process is
    /// opened only once. The suite disposes the objects.
    /// </summary>
    /// <param name="clock">The clock that the provider must take creation and modification times from.</param>
    public abstract ValueTask<IImageProvider> OpenAsync(TimeProvider clock);

    /// <summary>
    /// Gets a value that indicates whether <see cref="DamageAsync"/> is supported. If not, the tests of corruption are
    /// skipped.
    /// </summary>
    public virtual bool CanDamage => false;

    /// <summary>
    /// Gets a value that indicates whether <see cref="DamageAsync"/> supports <see cref="StoreDamage.Record"/>; the default
    /// is <see cref="CanDamage"/>. If not, the tests of damaged records are skipped.
    /// </summary>
    public virtual bool CanDamageRecord => CanDamage;

    /// <summary>Damages the stored image without the provider, like a failing medium.</summary>
    /// <param name="key">An image that is stored.</param>
    /// <param name="damage">The damage to inflict.</param>
    public virtual ValueTask DamageAsync(ImageKey key, StoreDamage damage) => throw new NotSupportedException($"{GetType().Name} says that it can damage an image, but does not override {nameof(DamageAsync)}.");

    /// <summary>
    /// Gets the losses that <see cref="LoseAsync"/> can inflict on an open store. Tests of other losses are skipped.
    /// The default is none.
    /// </summary>
    public virtual IReadOnlyList<StoreLoss> PossibleLosses => [];

    /// <summary>
    /// Removes the medium of the store, or replaces the medium by something else, while provider objects are open. The
    /// content of the store is preserved for <see cref="ReturnAsync"/>.
    /// </summary>
    /// <param name="loss">One of <see cref="PossibleLosses"/>.</param>
    public virtual ValueTask LoseAsync(StoreLoss loss) => throw new NotSupportedException($"{GetType().Name} names {loss} as a possible loss, but does not override {nameof(LoseAsync)}.");

    /// <summary>
    /// Removes the replacement, and restores the store to its state before <see cref="LoseAsync"/>.
    /// </summary>
    /// <returns>True if nothing was created or changed at the location since <see cref="LoseAsync"/>; otherwise
    /// false.</returns>
    public virtual ValueTask<bool> ReturnAsync() => throw new NotSupportedException($"{GetType().Name} names possible losses, but does not override {nameof(ReturnAsync)}.");

    /// <summary>
    /// Gets a value that indicates whether a part of the provider is unavailable during all tests, so that a verification,
    /// which reads every part, fails; the default is <see langword="false"/>. If so, verifications are skipped.
    /// </summary>
    public virtual bool HasUnavailablePart => false;

    /// <summary>Gets texts that no message may contain: absolute paths, connection strings, account keys.</summary>
    public virtual IEnumerable<string> Secrets => [];

    /// <summary>
    /// Returns how many bytes the client library of the provider allocates to save or read an image of this length,
    /// such as an array for all bytes that it reads. Measure the value and state it in the provider's documentation.
    /// The tests of memory (P5) allow these bytes in addition. The default is 0.
    /// </summary>
    /// <param name="length">The length of the image in bytes.</param>
    public virtual long GetClientAllocation(long length) => 0;

    /// <summary>Removes the store.</summary>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
