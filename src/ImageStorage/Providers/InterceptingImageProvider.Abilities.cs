using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace ImageStorage.Providers;

/// <content>The abilities with calls, which are intercepted like the calls of the provider.</content>
public abstract partial class InterceptingImageProvider
{
    private object? Intercepted(Type ability) =>
        ability == typeof(IAtomicProvider) ? Inner.GetAbility<IAtomicProvider>() is { } atomic ? new InterceptedAtomic(this, atomic) : null
        : ability == typeof(IVersionKeeper) ? Inner.GetAbility<IVersionKeeper>() is { } keeper ? new InterceptedVersions(this, keeper) : null
        : ability == typeof(IPrimaryRoute) ? Inner.GetAbility<IPrimaryRoute>() is { } route ? new InterceptedRoute(this, route) : null
        : ability == typeof(ICopyProvider) ? Inner.GetAbility<ICopyProvider>() is { } copies ? new InterceptedCopies(this, copies) : null
        : ability == typeof(IReadUrlProvider) ? Inner.GetAbility<IReadUrlProvider>() is { } urls ? new InterceptedReadUrls(this, urls) : null
        : ability == typeof(IStorageTierProvider) ? Inner.GetAbility<IStorageTierProvider>() is { } tiers ? new InterceptedTiers(this, tiers) : null
        : ability == typeof(IVerifiableProvider) ? Inner.GetAbility<IVerifiableProvider>() is { } verifiable ? new InterceptedVerification(this, verifiable) : null
        : ability == typeof(IImageWalk) ? Inner.GetAbility<IImageWalk>() is { } walk ? new InterceptedWalk(this, walk) : null
        : ability == typeof(ISweepableProvider) ? Inner.GetAbility<ISweepableProvider>() is { } sweepable ? new InterceptedSweep(this, sweepable) : null
        : null;

    /// <summary>Prepares a save of an atomic commit.</summary>
    private protected virtual Task<IPreparedImage> PrepareAsync(IAtomicProvider atomic, PutRequest request, CancellationToken cancellationToken) =>
        InterceptAsync(new(ProviderOperation.Prepare, request.Key), (atomic, request), static (call, token) => call.atomic.PrepareAsync(call.request, token), cancellationToken);

    private sealed class InterceptedAtomic(InterceptingImageProvider layer, IAtomicProvider inner) : IAtomicProvider
    {
        public Task<IPreparedImage> PrepareAsync(PutRequest request, CancellationToken cancellationToken = default)
        {
            ArgumentNullException.ThrowIfNull(request);
            return layer.PrepareAsync(inner, request, cancellationToken);
        }

        public Task<IReadOnlyList<ImageInfo?>> CommitAsync(IReadOnlyList<AtomicWrite> writes, CancellationToken cancellationToken = default) =>
            layer.InterceptAsync(new(ProviderOperation.Commit), (inner, writes), static (call, token) => call.inner.CommitAsync(call.writes, token), cancellationToken);
    }

    private sealed class InterceptedVersions(InterceptingImageProvider layer, IVersionKeeper inner) : IVersionKeeper
    {
        public Task<bool> RetainAsync(string id, ImageKey key, ImageETag version, CancellationToken cancellationToken = default) =>
            layer.InterceptAsync(new(ProviderOperation.Retain, key, id), (inner, id, key, version), static (call, token) => call.inner.RetainAsync(call.id, call.key, call.version, token), cancellationToken);

        public Task<ImageInfo?> GetRetainedAsync(string id, CancellationToken cancellationToken = default) =>
            layer.InterceptAsync(new(ProviderOperation.GetRetained, Name: id), (inner, id), static (call, token) => call.inner.GetRetainedAsync(call.id, token), cancellationToken);

        public Task<StoredImage?> OpenRetainedAsync(string id, GetOptions? options = null, CancellationToken cancellationToken = default) =>
            layer.InterceptAsync(new(ProviderOperation.OpenRetained, Name: id), (inner, id, options), static (call, token) => call.inner.OpenRetainedAsync(call.id, call.options, token), cancellationToken);

        public Task<bool> RestoreAsync(string id, ImageKey key, ImageETag? replaces, CancellationToken cancellationToken = default) =>
            layer.InterceptAsync(new(ProviderOperation.Restore, key, id), (inner, id, key, replaces), static (call, token) => call.inner.RestoreAsync(call.id, call.key, call.replaces, token), cancellationToken);

        public Task<bool> DropAsync(string id, CancellationToken cancellationToken = default) =>
            layer.InterceptAsync(new(ProviderOperation.Drop, Name: id), (inner, id), static (call, token) => call.inner.DropAsync(call.id, token), cancellationToken);

        public Task<IReadOnlyList<string>> ListRetainedAsync(string? after = null, int limit = 1000, CancellationToken cancellationToken = default) =>
            layer.InterceptAsync(new(ProviderOperation.ListRetained), (inner, after, limit), static (call, token) => call.inner.ListRetainedAsync(call.after, call.limit, token), cancellationToken);
    }

    private sealed class InterceptedCopies(InterceptingImageProvider layer, ICopyProvider inner) : ICopyProvider
    {
        public Task<ImageInfo> CopyAsync(CopyRequest request, CancellationToken cancellationToken = default)
        {
            ArgumentNullException.ThrowIfNull(request);
            return layer.InterceptAsync(new(ProviderOperation.Copy, request.Target), (inner, request), static (call, token) => call.inner.CopyAsync(call.request, token), cancellationToken);
        }
    }

    private sealed class InterceptedRoute(InterceptingImageProvider layer, IPrimaryRoute inner) : IPrimaryRoute
    {
        public IImageProvider Primary { get; } = new RoutedLayer(layer, inner.Primary);

        public bool IsPassedOver => inner.IsPassedOver;

        public void ReportFailedWrite(StorageUnavailableException failure) => inner.ReportFailedWrite(failure);

        public Task EnsureNoHintsAsync(IReadOnlyList<ImageKey> keys, CancellationToken cancellationToken) => layer.InterceptAsync(
            new(ProviderOperation.EnsureNoHints),
            (inner, keys),
            static async (call, token) =>
            {
                await call.inner.EnsureNoHintsAsync(call.keys, token).ConfigureAwait(false);
                return true;
            },
            cancellationToken);
    }

    /// <summary>The same layer around the primary alone.</summary>
    private sealed class RoutedLayer(InterceptingImageProvider layer, IImageProvider primary) : InterceptingImageProvider(primary)
    {
        public override string ToString() => $"{Inner}";

        protected override bool PassesOn(Type ability) => layer.PassesOn(ability);

        protected override Task<TResult> InterceptAsync<TState, TResult>(InterceptedCall intercepted, TState state, Func<TState, CancellationToken, Task<TResult>> proceed, CancellationToken cancellationToken) =>
            layer.InterceptAsync(intercepted, state, proceed, cancellationToken);
    }

    private sealed class InterceptedReadUrls(InterceptingImageProvider layer, IReadUrlProvider inner) : IReadUrlProvider
    {
        public Task<SignedReadUrl?> CreateReadUrlAsync(ImageKey key, TimeSpan validFor, CancellationToken cancellationToken = default) =>
            layer.InterceptAsync(new(ProviderOperation.CreateReadUrl, key), (inner, key, validFor), static (call, token) => call.inner.CreateReadUrlAsync(call.key, call.validFor, token), cancellationToken);
    }

    private sealed class InterceptedTiers(InterceptingImageProvider layer, IStorageTierProvider inner) : IStorageTierProvider
    {
        public IReadOnlyList<string> Tiers => inner.Tiers;

        public Task<string?> GetTierAsync(ImageKey key, CancellationToken cancellationToken = default) =>
            layer.InterceptAsync(new(ProviderOperation.GetTier, key), (inner, key), static (call, token) => call.inner.GetTierAsync(call.key, token), cancellationToken);

        public Task<bool> SetTierAsync(ImageKey key, string tier, CancellationToken cancellationToken = default) =>
            layer.InterceptAsync(new(ProviderOperation.SetTier, key), (inner, key, tier), static (call, token) => call.inner.SetTierAsync(call.key, call.tier, token), cancellationToken);
    }

    private sealed class InterceptedVerification(InterceptingImageProvider layer, IVerifiableProvider inner) : IVerifiableProvider
    {
        public async IAsyncEnumerable<VerificationItem> VerifyAsync(VerificationOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            var items = inner.VerifyAsync(options, cancellationToken).GetAsyncEnumerator(cancellationToken);
            await using (items.ConfigureAwait(false))
            {
                var steps = new VerificationSteps(items);
                while (await layer.InterceptAsync(new(ProviderOperation.Verify), steps, static (steps, _) => steps.MoveNextAsync(), cancellationToken).ConfigureAwait(false))
                {
                    layer.OnVerified(items.Current);
                    yield return items.Current;
                }
            }
        }

        /// <summary>
        /// The steps of one verification. After a failure, an enumerator says that it is at its end. Each later step
        /// therefore fails in the same way, so that a verification that broke off never looks complete.
        /// </summary>
        private sealed class VerificationSteps(IAsyncEnumerator<VerificationItem> items)
        {
            private ExceptionDispatchInfo? _failure;

            public async Task<bool> MoveNextAsync()
            {
                _failure?.Throw();
                try
                {
                    return await items.MoveNextAsync().ConfigureAwait(false);
                }
                catch (Exception exception)
                {
                    _failure = ExceptionDispatchInfo.Capture(exception);
                    throw;
                }
            }
        }
    }

    private sealed class InterceptedSweep(InterceptingImageProvider layer, ISweepableProvider inner) : ISweepableProvider
    {
        public Task<SweepResult> SweepAsync(CancellationToken cancellationToken = default) =>
            layer.InterceptAsync(new(ProviderOperation.Sweep), inner, static (inner, token) => inner.SweepAsync(token), cancellationToken);
    }
}
