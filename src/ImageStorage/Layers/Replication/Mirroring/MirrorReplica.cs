using ImageStorage.Coordination;
using ImageStorage.Providers;
using ImageStorage.Replication;

namespace ImageStorage.Mirroring;

/// <summary>A replica of a mirror, with this process's knowledge of the replica.</summary>
internal sealed class MirrorReplica : IAsyncDisposable
{
    private readonly LeaseWait _wait;
    private volatile bool _wasSeen;
    private volatile bool _wasAhead;
    private volatile bool _isMarked;

    public MirrorReplica(string name, IImageProvider provider, bool isShared, MirrorOptions options, TimeProvider clock)
    {
        (Name, UnguardedProvider, _wait) = (name, provider, new LeaseWait(isShared, options.Lease, clock));
        Health = new ReplicaHealth(name, options.RetryPause, clock);
        Provider = new GuardedReplica(provider, Health);
        Hints = new MirrorHints(Provider.Documents);
        View = new HintView(ReadIsEmptyAsync, isShared, options.Lease, clock);
    }

    /// <summary>Gets the name for messages.</summary>
    public string Name { get; }

    /// <summary>Gets the provider; every call is recorded in <see cref="Health"/>.</summary>
    public IImageProvider Provider { get; }

    /// <summary>Gets the provider without recording.</summary>
    public IImageProvider UnguardedProvider { get; }

    /// <summary>
    /// Gets the documents of the provider without recording. The documents that the primary alone has use these: their
    /// failures concern only their caller.
    /// </summary>
    public IDocumentStore Documents => UnguardedProvider.Documents;

    /// <summary>Gets the retained versions of the provider; used only if the mirror has this ability.</summary>
    public IVersionKeeper Keeper => Provider.GetAbility<IVersionKeeper>() ?? throw MirrorErrors.KeepsNoVersions(Name);

    public ReplicaHealth Health { get; }

    public MirrorHints Hints { get; }

    /// <summary>Gets the view of the documents that say that this replica is ahead of the other.</summary>
    public HintView View { get; }

    /// <summary>Gets a value that indicates whether this process has ever reached this replica.</summary>
    public bool WasSeen => _wasSeen;

    /// <summary>
    /// Gets a value that indicates whether this replica was ahead when this process last looked. The other replica then
    /// cannot serve alone.
    /// </summary>
    public bool WasAhead => _wasAhead;

    /// <summary>Checks whether a replica that did not answer is back, while other calls are still rejected.</summary>
    public async Task ProbeAsync(CancellationToken cancellationToken)
    {
        if (!Health.IsDown)
        {
            return;
        }

        try
        {
            await UnguardedProvider.Documents.GetAsync(PairingDocument.OfReplica, cancellationToken).ConfigureAwait(false);
            Health.RecordSuccess();
        }
        catch (StorageUnavailableException failure)
        {
            Health.RecordFailure(failure);
            throw;
        }
    }

    /// <summary>
    /// Runs the write of a document that says that this replica is ahead. See <see cref="HintView.WriteHintAsync"/>.
    /// </summary>
    public async Task<T> RecordAheadAsync<T>(Func<Task<T>> write)
    {
        _wasAhead = true;
        try
        {
            return await View.WriteHintAsync(write).ConfigureAwait(false);
        }
        finally
        {
            _wasAhead = true;
        }
    }

    /// <summary>
    /// Ensures that this replica has the leader document, so that a process that starts now may use the replica alone.
    /// </summary>
    public async ValueTask MarkLeaderAsync(CancellationToken cancellationToken)
    {
        if (!_isMarked)
        {
            await EnsureLeaderAsync(false, cancellationToken).ConfigureAwait(false);
            _isMarked = true;
        }
    }

    /// <summary>
    /// Ensures that this replica has the leader document, and optionally waits until no other process relies on older
    /// knowledge. Called after each write to this replica alone, before the write is acknowledged.
    /// </summary>
    public async Task EnsureLeaderAsync(bool wait, CancellationToken cancellationToken)
    {
        var leader = await Hints.GetLeaderAsync(cancellationToken).ConfigureAwait(false);
        if (leader is null)
        {
            await RecordAheadAsync(() => Hints.TryPutLeaderAsync(MirrorLeaderDocument.New(), DocumentETag.None, cancellationToken)).ConfigureAwait(false);
            leader = await Hints.GetLeaderAsync(cancellationToken).ConfigureAwait(false);
        }

        if (wait)
        {
            await _wait.WaitAsync(leader?.Version, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Removes the leader document.</summary>
    /// <returns><see langword="true"/> if nothing on this replica says that it is ahead; otherwise <see
    /// langword="false"/>.</returns>
    public async Task<bool> TryEndLeadershipAsync(CancellationToken cancellationToken)
    {
        if (await Hints.GetLeaderAsync(cancellationToken).ConfigureAwait(false) is { } leader && (leader.NeedsResync || !await Hints.TryRemoveLeaderAsync(leader, cancellationToken).ConfigureAwait(false)))
        {
            return false;
        }

        _isMarked = false;
        View.Expire();
        return await View.IsEmptyAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Returns the record of an image, or the fact that the record is damaged.</summary>
    public async Task<(ImageInfo? Info, bool IsDamaged)> FindAsync(ImageKey key, CancellationToken cancellationToken)
    {
        try
        {
            return (await Provider.GetInfoAsync(key, cancellationToken).ConfigureAwait(false), false);
        }
        catch (ImageCorruptedException)
        {
            return (null, true);
        }
    }

    /// <summary>
    /// Decides the writes in doubt of this mirror after the primary, which alone knew them, was lost. The versions of this
    /// replica count, except that a journal is removed if its removal had begun: its transaction was decided then, and may
    /// have been acknowledged.
    /// </summary>
    public async Task DecideInDoubtAsync(CancellationToken cancellationToken)
    {
        foreach (var name in await Hints.ListInDoubtAsync(null, cancellationToken).ConfigureAwait(false))
        {
            try
            {
                if (await Hints.GetAsync(name, cancellationToken).ConfigureAwait(false) is { Attempt.Length: 0, Base.Length: > 0, Item: MirrorDocument { Name.Collection: DocumentCollections.Transactions } journal } hint)
                {
                    await Provider.Documents.DeleteAsync(journal.Name, new DocumentETag(hint.Base), cancellationToken).ConfigureAwait(false);
                }
            }
            catch (ImageConflictException)
            {
                // Another process has taken the transaction over, or the removal has reached this replica.
            }
            catch (StorageCorruptedException)
            {
                await Hints.RetainUnreadableAsync(name, cancellationToken).ConfigureAwait(false);
                continue;
            }

            await Hints.RemoveAsync(name, cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        View.Dispose();
        await Provider.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<bool> ReadIsEmptyAsync(CancellationToken cancellationToken)
    {
        var isEmpty = await Hints.IsEmptyAsync(cancellationToken).ConfigureAwait(false);
        (_wasAhead, _wasSeen) = (!isEmpty, true);
        _isMarked = _isMarked && !isEmpty;
        return isEmpty;
    }
}
