namespace ImageStorage.Providers;

/// <summary>
/// The base class of a layer that takes part in every write, whichever way the write arrives: through
/// <see cref="IImageProvider"/>, in an atomic commit (<see cref="IAtomicProvider"/>), as the restore of a retained
/// version (<see cref="IVersionKeeper"/>), as a copy (<see cref="ICopyProvider"/>), or through the route of transactions to the primary of a failover.
/// </summary>
/// <remarks>
/// <para>A <c>Before…</c> hook may refuse a write by an exception. The write is then not passed on, and
/// <see cref="AfterWriteAsync"/> is not called. Throw an <see cref="ImageStorageException"/>, which callers of a store
/// expect.</para>
/// <para><see cref="AfterWriteAsync"/> is called once for each write that was passed on, also if the write failed or
/// was cancelled. An exception of the hook does not undo the write: the caller gets the exception, and the layers
/// outside of this layer see a write with an unknown effect. If the write itself failed, the caller gets that failure,
/// with the exception of the hook in <see cref="Exception.Data"/> (<see cref="HookFailure"/>).</para>
/// <para>Hooks are called concurrently, also for the same image. A hook that completes synchronously costs no
/// allocation. docs/design/layers.md lists the hooks of each path.</para>
/// </remarks>
public abstract partial class WriteLayer : DelegatingImageProvider
{
    /// <summary>
    /// The key in <see cref="Exception.Data"/> of a failed write under which the exception of
    /// <see cref="AfterWriteAsync"/> is found.
    /// </summary>
    public const string HookFailure = "ImageStorage.HookFailure";

    private const string AfterCommit = "ImageStorage.AfterCommit";

    /// <summary>Creates a layer around a provider. The layer owns the provider.</summary>
    /// <param name="inner">The inner provider.</param>
    protected WriteLayer(IImageProvider inner)
        : base(inner)
    {
    }

    /// <summary>
    /// Gets a value that indicates whether the layer stores other bytes than those of the image; the default is
    /// <see langword="false"/>. Such a layer hides <see cref="IReadUrlProvider"/>, because a signed address would return
    /// the stored bytes. The layer overrides <see cref="OpenDecodedAsync"/> and <see cref="DecodeRecord"/>.
    /// </summary>
    protected virtual bool ChangesBytes => false;

    /// <inheritdoc/>
    public override Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<ImageInfo>(cancellationToken);
        }

        try
        {
            var before = BeforePutAsync(WithDecodedCallback(request), cancellationToken);
            return before.IsCompletedSuccessfully
                ? PassOnAsync(request, before.Result, cancellationToken)
                : AwaitHookAsync(before, (Layer: this, request, cancellationToken), static (call, put) => call.Layer.PassOnAsync(call.request, put, call.cancellationToken));
        }
        catch (Exception exception)
        {
            // The boundary of the layer: a hook that throws at once fails the write like a hook that fails later.
            return Task.FromException<ImageInfo>(exception);
        }
    }

    /// <inheritdoc/>
    public override Task<ImageInfo?> UpdateAsync(ImageKey key, RecordUpdate update, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<ImageInfo?>(cancellationToken);
        }

        try
        {
            var before = BeforeUpdateAsync(key, update, cancellationToken);
            return before.IsCompletedSuccessfully
                ? PassOnAsync(key, before.Result, cancellationToken)
                : AwaitHookAsync(before, (Layer: this, key, cancellationToken), static (call, change) => call.Layer.PassOnAsync(call.key, change, call.cancellationToken));
        }
        catch (Exception exception)
        {
            // The boundary of the layer: a hook that throws at once fails the write like a hook that fails later.
            return Task.FromException<ImageInfo?>(exception);
        }
    }

    /// <inheritdoc/>
    public override Task<bool> DeleteAsync(ImageKey key, DeleteOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<bool>(cancellationToken);
        }

        try
        {
            var before = BeforeDeleteAsync(key, options?.Precondition, cancellationToken);
            return before.IsCompletedSuccessfully
                ? PassOnAsync(key, options, before.Result, cancellationToken)
                : AwaitHookAsync(before, (Layer: this, key, options, cancellationToken), static (call, precondition) => call.Layer.PassOnAsync(call.key, call.options, precondition, call.cancellationToken));
        }
        catch (Exception exception)
        {
            // The boundary of the layer: a hook that throws at once fails the write like a hook that fails later.
            return Task.FromException<bool>(exception);
        }
    }

    /// <inheritdoc/>
    public override Task<StoredImage?> OpenReadAsync(ImageKey key, GetOptions? options = null, CancellationToken cancellationToken = default) =>
        ChangesBytes ? OpenDecodedAsync(Inner, key, options, cancellationToken) : Inner.OpenReadAsync(key, options, cancellationToken);

    /// <inheritdoc/>
    public override Task<ImageInfo?> GetInfoAsync(ImageKey key, CancellationToken cancellationToken = default) =>
        ChangesBytes ? DecodeAsync(Inner.GetInfoAsync(key, cancellationToken)) : Inner.GetInfoAsync(key, cancellationToken);

    /// <inheritdoc/>
    public override Task<ImagePage> ListAsync(ImageQuery query, CancellationToken cancellationToken = default) =>
        ChangesBytes ? DecodeAsync(Inner.ListAsync(query, cancellationToken)) : Inner.ListAsync(query, cancellationToken);

    /// <summary>
    /// Returns an ability. Atomic commits, retained versions and the route to the primary pass the hooks of this layer.
    /// Other abilities are passed on as <see cref="PassesOn"/> says.
    /// </summary>
    public override TAbility? GetAbility<TAbility>()
        where TAbility : class => this as TAbility ?? WithHooks(typeof(TAbility)) as TAbility ?? base.GetAbility<TAbility>();

    /// <inheritdoc/>
    protected override bool PassesOn(Type ability) => base.PassesOn(ability) || (ability == typeof(IReadUrlProvider) && !ChangesBytes);

    /// <summary>
    /// Opens an image, or a range of the image, and decodes record and bytes. Called only if <see cref="ChangesBytes"/>
    /// is <see langword="true"/>.
    /// </summary>
    /// <param name="provider">The provider to read from: the inner provider, or the primary of a failover.</param>
    /// <param name="key">The image.</param>
    /// <param name="options">The range of the image and the expected version; null for the complete image.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The decoded image; null if there is no image.</returns>
    protected virtual Task<StoredImage?> OpenDecodedAsync(IImageProvider provider, ImageKey key, GetOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(provider);
        return provider.OpenReadAsync(key, options, cancellationToken);
    }

    /// <summary>
    /// Returns the record that callers see in place of a stored record. Called only if <see cref="ChangesBytes"/> is
    /// <see langword="true"/>, for every record that the layer returns or gives to <see cref="AfterWriteAsync"/>. Remove
    /// what <see cref="BeforePutAsync"/> has added, such as the encoding.
    /// </summary>
    /// <param name="stored">The stored record.</param>
    protected virtual ImageInfo DecodeRecord(ImageInfo stored) => stored;

    /// <summary>
    /// Called before an image is saved or prepared for an atomic commit. Returns the request to pass on: the same
    /// request, or a changed copy with the same key. The content has not been read.
    /// </summary>
    /// <param name="request">The request of the caller.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    protected virtual ValueTask<PutRequest> BeforePutAsync(PutRequest request, CancellationToken cancellationToken) => new(request);

    /// <summary>
    /// Called before the record of an image is changed. Returns the update to pass on: the same update, or a changed
    /// copy. The image may not exist, and the precondition has not been evaluated.
    /// </summary>
    /// <param name="key">The image.</param>
    /// <param name="update">The update of the caller.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    protected virtual ValueTask<RecordUpdate> BeforeUpdateAsync(ImageKey key, RecordUpdate update, CancellationToken cancellationToken) => new(update);

    /// <summary>
    /// Called before an image is deleted. Returns the precondition to pass on: that of the caller, or the version that
    /// this layer requires. Null keeps the precondition of the caller. The version that the caller deletes applies in any
    /// case; another required version is a conflict. The image may not exist, and the precondition has not been evaluated.
    /// </summary>
    /// <param name="key">The image.</param>
    /// <param name="precondition">The version that the caller deletes, such as that of a clean-up; null for any
    /// version.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    protected virtual ValueTask<IfMatch?> BeforeDeleteAsync(ImageKey key, IfMatch? precondition, CancellationToken cancellationToken) => new(precondition);

    /// <summary>
    /// Called before a provider copies an image. Returns the request to pass on: the same request, or a changed copy
    /// for the same images. Returns null, the default, to copy by reading and saving through this layer: then
    /// <see cref="BeforePutAsync"/> is called for the copy, so that a layer that changes or refuses saves cannot be
    /// bypassed.
    /// </summary>
    /// <param name="request">The request of the caller.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    protected virtual ValueTask<CopyRequest?> BeforeCopyAsync(CopyRequest request, CancellationToken cancellationToken) => new(default(CopyRequest?));

    /// <summary>Called before a retained version is restored as the image.</summary>
    /// <param name="key">The image.</param>
    /// <param name="id">The id of the retained version.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    protected virtual ValueTask BeforeRestoreAsync(ImageKey key, string id, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>
    /// Called after a write that was passed on, before the caller gets the result. Not cancellable, and called in any
    /// case. An atomic commit calls the hook once for each image, in the order of the writes.
    /// </summary>
    /// <param name="key">The image.</param>
    /// <param name="outcome">The outcome of the write.</param>
    protected virtual ValueTask AfterWriteAsync(ImageKey key, WriteOutcome outcome) => ValueTask.CompletedTask;

    /// <summary>
    /// Called before an atomic commit, before the hooks of its images. Images to save were prepared before, and
    /// documents have no other hook.
    /// </summary>
    /// <param name="writes">The writes of the caller.</param>
    /// <param name="cancellationToken">Cancels the commit.</param>
    private protected virtual ValueTask BeforeCommitAsync(IReadOnlyList<AtomicWrite> writes, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>Returns the documents that transactions on the primary of a failover use.</summary>
    /// <param name="documents">The documents of the primary.</param>
    private protected virtual IDocumentStore HookedDocuments(IDocumentStore documents) => documents;

    private static async Task<TResult> AwaitHookAsync<THook, TCall, TResult>(ValueTask<THook> hook, TCall call, Func<TCall, THook, Task<TResult>> passOn) =>
        await passOn(call, await hook.ConfigureAwait(false)).ConfigureAwait(false);

    private Task<ImageInfo> PassOnAsync(PutRequest given, PutRequest request, CancellationToken cancellationToken) => WriteAsync(
        given.Key,
        (Layer: this, request: OfSameImage(given, request)),
        static (call, token) => call.Layer.ChangesBytes ? call.Layer.DecodeAsync(call.Layer.Inner.PutAsync(call.request, token)!)! : call.Layer.Inner.PutAsync(call.request, token),
        static info => WriteOutcome.Saved(info),
        cancellationToken);

    private Task<ImageInfo?> PassOnAsync(ImageKey key, RecordUpdate update, CancellationToken cancellationToken) => WriteAsync(
        key,
        (Layer: this, key, update: OrRefused(update, nameof(BeforeUpdateAsync))),
        static (call, token) => call.Layer.ChangesBytes ? call.Layer.DecodeAsync(call.Layer.Inner.UpdateAsync(call.key, call.update, token)) : call.Layer.Inner.UpdateAsync(call.key, call.update, token),
        static info => info is null ? WriteOutcome.None : WriteOutcome.Updated(info),
        cancellationToken);

    private Task<bool> PassOnAsync(ImageKey key, DeleteOptions? options, IfMatch? precondition, CancellationToken cancellationToken) => WriteAsync(
        key,
        (Inner, key, options: Narrowed(key, options?.Precondition, precondition) is var demanded && demanded == options?.Precondition ? options : new DeleteOptions { Precondition = demanded }),
        static (call, token) => call.Inner.DeleteAsync(call.key, call.options, token),
        static existed => existed ? WriteOutcome.Deleted() : WriteOutcome.None,
        cancellationToken);

    private async Task<ImageInfo?> DecodeAsync(Task<ImageInfo?> reading) => await reading.ConfigureAwait(false) is { } stored ? DecodeRecord(stored) : null;

    private async Task<ImagePage> DecodeAsync(Task<ImagePage> listing)
    {
        var page = await listing.ConfigureAwait(false);
        var images = page.Items.Select(Decode).ToList();
        return page with
        {
            Items = [.. images.Select(image => image.Info).OfType<ImageInfo>()],
            Unlisted = [.. page.Unlisted, .. images.Select(image => image.Unlisted).OfType<UnlistedImage>()],
        };
    }

    /// <summary>Decodes a record. A record that cannot be decoded must not hide all others.</summary>
    private WalkedImage Decode(ImageInfo stored)
    {
        try
        {
            return WalkedImage.Of(DecodeRecord(stored));
        }
        catch (ImageStorageException failure) when (failure is StorageCorruptedException or StorageNotSupportedException)
        {
            return WalkedImage.Of(UnlistedImage.Of(stored.Key, failure, stored.CreatedAt));
        }
    }

    /// <summary>
    /// Makes a write and calls <see cref="AfterWriteAsync"/>. Without an asynchronous step, returns the task of the
    /// provider.
    /// </summary>
    private Task<TResult> WriteAsync<TCall, TResult>(
        ImageKey key, TCall call, Func<TCall, CancellationToken, Task<TResult>> write, Func<TResult, WriteOutcome> outcomeOf, CancellationToken cancellationToken)
    {
        Task<TResult> writing;
        try
        {
            writing = write(call, cancellationToken);
        }
        catch (Exception exception)
        {
            // The boundary of the provider: the hook is called after any failure.
            writing = Task.FromException<TResult>(exception);
        }

        if (!writing.IsCompletedSuccessfully)
        {
            return AwaitWriteAsync(key, writing, outcomeOf);
        }

        var after = AfterWriteAsync(key, outcomeOf(writing.Result));
        return after.IsCompletedSuccessfully ? writing : AwaitAfterAsync(after, writing);

        static async Task<TResult> AwaitAfterAsync(ValueTask hook, Task<TResult> written)
        {
            await hook.ConfigureAwait(false);
            return await written.ConfigureAwait(false);
        }
    }

    private async Task<TResult> AwaitWriteAsync<TResult>(ImageKey key, Task<TResult> writing, Func<TResult, WriteOutcome> outcomeOf)
    {
        TResult result;
        try
        {
            result = await writing.ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            await AfterFailureAsync(key, failure).ConfigureAwait(false);
            throw;
        }

        await AfterWriteAsync(key, outcomeOf(result)).ConfigureAwait(false);
        return result;
    }

    private async ValueTask AfterFailureAsync(ImageKey key, Exception failure)
    {
        try
        {
            await AfterWriteAsync(key, WriteOutcome.Unknown).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // The boundary of the layer: the caller needs the failure of the write more.
            failure.Data[HookFailure] = exception;
        }
    }

    // The callback belongs to the caller, who must not see the encoding either.
    private PutRequest WithDecodedCallback(PutRequest request) => ChangesBytes && request.BeforeCommit is not null ? WithCallback(request, request.BeforeCommit) : request;

    // A method of its own: the closure would cost every save an allocation.
    private PutRequest WithCallback(PutRequest request, Func<ImageInfo, CancellationToken, ValueTask> callback) =>
        request with { BeforeCommit = (stored, cancellationToken) => callback(DecodeRecord(stored), cancellationToken) };

    /// <summary>Returns the version to delete. A hook adds a version to what the caller demands, and takes none away.</summary>
    /// <exception cref="ImageConflictException">The caller and the hook demand different versions.</exception>
    private IfMatch? Narrowed(ImageKey key, IfMatch? ofCaller, IfMatch? ofHook) =>
        ofCaller is null || ofHook is null || ofCaller == ofHook ? ofHook ?? ofCaller : throw ProviderErrors.Conflict(key, Name, ofHook.ETag);

    private T OrRefused<T>(T? changed, string hook)
        where T : class => changed ?? throw new InvalidOperationException($"{GetType().Name}.{hook} returned null. A layer returns what it was given, or a changed copy.");

    /// <summary>
    /// Returns the request of a hook, which must be for the image that the caller saves. Failures of content that the
    /// layer has replaced are those of the layer.
    /// </summary>
    private PutRequest OfSameImage(PutRequest given, PutRequest request)
    {
        if (OrRefused(request, nameof(BeforePutAsync)).Key != given.Key)
        {
            throw new InvalidOperationException($"{GetType().Name}.{nameof(BeforePutAsync)} returned a request for the image '{request.Key}' in place of '{given.Key}'. A layer must not change the key of an image.");
        }

        return ReferenceEquals(request.Content, given.Content) ? request : request with { Content = new LayerContent(request.Content, request.Key, GetType().Name) };
    }
}
