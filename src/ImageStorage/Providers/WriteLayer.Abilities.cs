using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace ImageStorage.Providers;

/// <content>The abilities that write images: each passes the hooks of the layer.</content>
public abstract partial class WriteLayer
{
    /// <summary>Returns whether a hook threw an exception after an atomic commit, which the exception does not undo.</summary>
    internal static bool IsAfterCommit(Exception exception) => exception.Data.Contains(AfterCommit);

    private object? WithHooks(Type ability) =>
        ability == typeof(IAtomicProvider) ? Inner.GetAbility<IAtomicProvider>() is { } atomic ? new AtomicWrites(this, atomic) : null
        : ability == typeof(IVersionKeeper) ? Inner.GetAbility<IVersionKeeper>() is { } keeper ? new RetainedVersions(this, keeper) : null
        : ability == typeof(ICopyProvider) ? Inner.GetAbility<ICopyProvider>() is { } copies ? new Copies(this, copies) : null
        : ability == typeof(IImageWalk) ? ChangesBytes && Inner.GetAbility<IImageWalk>() is { } walk ? new DecodedWalk(this, walk) : null
        : ability == typeof(IPrimaryRoute) ? Inner.GetAbility<IPrimaryRoute>() is { } route ? new PrimaryRoute(this, route) : null
        : null;

    /// <summary>Decodes the records of a walk.</summary>
    private sealed class DecodedWalk(WriteLayer layer, IImageWalk inner) : IImageWalk
    {
        public async IAsyncEnumerable<WalkedImage> WalkAsync(WalkOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await foreach (var image in inner.WalkAsync(options, cancellationToken).ConfigureAwait(false))
            {
                yield return image.Info is { } stored ? layer.Decode(stored) : image;
            }
        }
    }

    /// <summary>Passes the writes of atomic commits through the hooks.</summary>
    private sealed class AtomicWrites(WriteLayer layer, IAtomicProvider inner) : IAtomicProvider
    {
        public async Task<IPreparedImage> PrepareAsync(PutRequest request, CancellationToken cancellationToken = default)
        {
            ArgumentNullException.ThrowIfNull(request);
            cancellationToken.ThrowIfCancellationRequested();
            var put = await layer.BeforePutAsync(layer.WithDecodedCallback(request), cancellationToken).ConfigureAwait(false);
            return await inner.PrepareAsync(layer.OfSameImage(request, put), cancellationToken).ConfigureAwait(false);
        }

        public async Task<IReadOnlyList<ImageInfo?>> CommitAsync(IReadOnlyList<AtomicWrite> writes, CancellationToken cancellationToken = default)
        {
            ArgumentNullException.ThrowIfNull(writes);
            cancellationToken.ThrowIfCancellationRequested();
            await layer.BeforeCommitAsync(writes, cancellationToken).ConfigureAwait(false);
            var passedOn = await BeforeAsync(writes, cancellationToken).ConfigureAwait(false);
            IReadOnlyList<ImageInfo?> results;
            try
            {
                results = Decode(await inner.CommitAsync(passedOn, cancellationToken).ConfigureAwait(false));
            }
            catch (Exception failure)
            {
                foreach (var key in writes.Select(KeyOf).OfType<ImageKey>())
                {
                    await layer.AfterFailureAsync(key, failure).ConfigureAwait(false);
                }

                throw;
            }

            await AfterAsync(writes, results).ConfigureAwait(false);
            return results;
        }

        // The hook of a prepared image was called when the image was prepared.
        private async ValueTask<IReadOnlyList<AtomicWrite>> BeforeAsync(IReadOnlyList<AtomicWrite> writes, CancellationToken cancellationToken)
        {
            var passedOn = new AtomicWrite[writes.Count];
            for (var i = 0; i < passedOn.Length; i++)
            {
                passedOn[i] = writes[i] switch
                {
                    AtomicUpdate update => update with { Update = layer.OrRefused(await layer.BeforeUpdateAsync(update.Key, update.Update, cancellationToken).ConfigureAwait(false), nameof(BeforeUpdateAsync)) },
                    AtomicDelete delete => delete with { Precondition = layer.Narrowed(delete.Key, delete.Precondition, await layer.BeforeDeleteAsync(delete.Key, delete.Precondition, cancellationToken).ConfigureAwait(false)) },
                    var write => write,
                };
            }

            return passedOn;
        }

        // The commit is made, so the hook is called for every image, whatever it throws for another.
        private async ValueTask AfterAsync(IReadOnlyList<AtomicWrite> writes, IReadOnlyList<ImageInfo?> results)
        {
            ExceptionDispatchInfo? first = null;
            for (var i = 0; i < writes.Count; i++)
            {
                if (KeyOf(writes[i]) is not { } key)
                {
                    continue;
                }

                try
                {
                    await layer.AfterWriteAsync(key, OutcomeOf(writes[i], results[i])).ConfigureAwait(false);
                }
                catch (Exception exception)
                {
                    // The boundary of the layer: the first exception is thrown after the last image.
                    exception.Data[AfterCommit] = true;
                    first ??= ExceptionDispatchInfo.Capture(exception);
                }
            }

            first?.Throw();
        }

        private IReadOnlyList<ImageInfo?> Decode(IReadOnlyList<ImageInfo?> results) => layer.ChangesBytes ? [.. results.Select(stored => stored is null ? null : layer.DecodeRecord(stored))] : results;

        private static WriteOutcome OutcomeOf(AtomicWrite write, ImageInfo? result) => (write, result) switch
        {
            (_, null) => WriteOutcome.None,
            (AtomicPut, { } info) => WriteOutcome.Saved(info),
            (AtomicUpdate, { } info) => WriteOutcome.Updated(info),
            (_, { } info) => WriteOutcome.Deleted(info),
        };

        private static ImageKey? KeyOf(AtomicWrite write) => write switch
        {
            AtomicPut put => put.Image.Key,
            AtomicUpdate update => update.Key,
            AtomicDelete delete => delete.Key,
            _ => default(ImageKey?),
        };
    }

    /// <summary>
    /// Passes the restore of a retained version through the hooks, and decodes the record and the bytes of a retained
    /// version like those of an image.
    /// </summary>
    private sealed class RetainedVersions(WriteLayer layer, IVersionKeeper inner) : IVersionKeeper
    {
        public Task<ImageInfo?> GetRetainedAsync(string id, CancellationToken cancellationToken = default) =>
            layer.ChangesBytes ? layer.DecodeAsync(inner.GetRetainedAsync(id, cancellationToken)) : inner.GetRetainedAsync(id, cancellationToken);

        public async Task<StoredImage?> OpenRetainedAsync(string id, GetOptions? options = null, CancellationToken cancellationToken = default)
        {
            if (!layer.ChangesBytes)
            {
                return await inner.OpenRetainedAsync(id, options, cancellationToken).ConfigureAwait(false);
            }

            return await inner.GetRetainedAsync(id, cancellationToken).ConfigureAwait(false) is { } stored
                ? await layer.OpenDecodedAsync(new RetainedView(layer.Inner, inner, id), stored.Key, options, cancellationToken).ConfigureAwait(false)
                : null;
        }

        public Task<bool> RetainAsync(string id, ImageKey key, ImageETag version, CancellationToken cancellationToken = default) => inner.RetainAsync(id, key, version, cancellationToken);

        public async Task<bool> RestoreAsync(string id, ImageKey key, ImageETag? replaces, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await layer.BeforeRestoreAsync(key, id, cancellationToken).ConfigureAwait(false);
            return await layer.WriteAsync(
                key,
                (inner, id, key, replaces),
                static (call, token) => call.inner.RestoreAsync(call.id, call.key, call.replaces, token),
                static isRestored => isRestored ? WriteOutcome.Restored : WriteOutcome.None,
                cancellationToken).ConfigureAwait(false);
        }

        public Task<bool> DropAsync(string id, CancellationToken cancellationToken = default) => inner.DropAsync(id, cancellationToken);

        public Task<IReadOnlyList<string>> ListRetainedAsync(string? after = null, int limit = 1000, CancellationToken cancellationToken = default) => inner.ListRetainedAsync(after, limit, cancellationToken);
    }

    /// <summary>Shows a retained version as the image, so that a layer decodes the version by the code for images.</summary>
    private sealed class RetainedView(IImageProvider provider, IVersionKeeper keeper, string id) : DelegatingImageProvider(provider)
    {
        public override string ToString() => $"{Inner}";

        public override Task<StoredImage?> OpenReadAsync(ImageKey key, GetOptions? options = null, CancellationToken cancellationToken = default) => keeper.OpenRetainedAsync(id, options, cancellationToken);

        public override Task<ImageInfo?> GetInfoAsync(ImageKey key, CancellationToken cancellationToken = default) => keeper.GetRetainedAsync(id, cancellationToken);
    }

    /// <summary>Passes copies through the hooks.</summary>
    private sealed class Copies(WriteLayer layer, ICopyProvider inner) : ICopyProvider
    {
        public async Task<ImageInfo> CopyAsync(CopyRequest request, CancellationToken cancellationToken = default)
        {
            ArgumentNullException.ThrowIfNull(request);
            cancellationToken.ThrowIfCancellationRequested();
            if (await layer.BeforeCopyAsync(request, cancellationToken).ConfigureAwait(false) is not { } copy)
            {
                return await layer.StreamCopyAsync(request, cancellationToken).ConfigureAwait(false);
            }

            if (copy.Source != request.Source || copy.Target != request.Target)
            {
                throw new InvalidOperationException($"{layer.GetType().Name}.{nameof(BeforeCopyAsync)} returned a request for other images than '{request.Source}' and '{request.Target}'. A layer must not change the key of an image.");
            }

            return await layer.WriteAsync(
                copy.Target,
                (layer, inner, copy),
                static (call, token) => call.layer.ChangesBytes ? call.layer.DecodeAsync(call.inner.CopyAsync(call.copy, token)!)! : call.inner.CopyAsync(call.copy, token),
                static info => WriteOutcome.Saved(info),
                cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Passes the writes to the primary of a failover through the hooks.</summary>
    private sealed class PrimaryRoute(WriteLayer layer, IPrimaryRoute inner) : IPrimaryRoute
    {
        public IImageProvider Primary { get; } = new RoutedLayer(layer, inner.Primary);

        public bool IsPassedOver => inner.IsPassedOver;

        public void ReportFailedWrite(StorageUnavailableException failure) => inner.ReportFailedWrite(failure);

        public Task EnsureNoHintsAsync(IReadOnlyList<ImageKey> keys, CancellationToken cancellationToken) => inner.EnsureNoHintsAsync(keys, cancellationToken);
    }

    /// <summary>The same layer around the primary alone.</summary>
    private sealed class RoutedLayer(WriteLayer layer, IImageProvider primary) : WriteLayer(primary)
    {
        private IDocumentStore? _documents;

        public override IDocumentStore Documents => _documents ??= layer.HookedDocuments(Inner.Documents);

        protected override bool ChangesBytes => layer.ChangesBytes;

        public override string ToString() => $"{Inner}";

        protected override bool PassesOn(Type ability) => layer.PassesOn(ability);

        protected override Task<StoredImage?> OpenDecodedAsync(IImageProvider provider, ImageKey key, GetOptions? options, CancellationToken cancellationToken) =>
            layer.OpenDecodedAsync(provider, key, options, cancellationToken);

        protected override ImageInfo DecodeRecord(ImageInfo stored) => layer.DecodeRecord(stored);

        protected override ValueTask<PutRequest> BeforePutAsync(PutRequest request, CancellationToken cancellationToken) => layer.BeforePutAsync(request, cancellationToken);

        protected override ValueTask<RecordUpdate> BeforeUpdateAsync(ImageKey key, RecordUpdate update, CancellationToken cancellationToken) => layer.BeforeUpdateAsync(key, update, cancellationToken);

        protected override ValueTask<IfMatch?> BeforeDeleteAsync(ImageKey key, IfMatch? precondition, CancellationToken cancellationToken) => layer.BeforeDeleteAsync(key, precondition, cancellationToken);

        protected override ValueTask<CopyRequest?> BeforeCopyAsync(CopyRequest request, CancellationToken cancellationToken) => layer.BeforeCopyAsync(request, cancellationToken);

        protected override ValueTask BeforeRestoreAsync(ImageKey key, string id, CancellationToken cancellationToken) => layer.BeforeRestoreAsync(key, id, cancellationToken);

        protected override ValueTask AfterWriteAsync(ImageKey key, WriteOutcome outcome) => layer.AfterWriteAsync(key, outcome);

        private protected override ValueTask BeforeCommitAsync(IReadOnlyList<AtomicWrite> writes, CancellationToken cancellationToken) => layer.BeforeCommitAsync(writes, cancellationToken);

        private protected override IDocumentStore HookedDocuments(IDocumentStore documents) => layer.HookedDocuments(documents);
    }
}
