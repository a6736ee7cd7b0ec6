using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

internal sealed partial class MirrorProvider
{
    public async Task<ImageInfo?> GetInfoAsync(ImageKey key, CancellationToken cancellationToken = default) => (await ReadAsync(
        key,
        (replica, record, token) => record is null ? replica.Provider.GetInfoAsync(key, token) : Task.FromResult<ImageInfo?>(record),
        cancellationToken).ConfigureAwait(false)).Found;

    public async Task<StoredImage?> OpenReadAsync(ImageKey key, GetOptions? options = null, CancellationToken cancellationToken = default)
    {
        var (found, replica) = await ReadAsync(
            key,
            (replica, record, token) => record is null ? replica.Provider.OpenReadAsync(key, options, token) : OpenSameAsync(replica, record, options, token),
            cancellationToken).ConfigureAwait(false);
        return found is null ? null : new StoredImage(found.Info, new MirrorStream(found, (failure, position, token) => ContinueOnOtherAsync(found, replica, failure, position, token)), found.Range);
    }

    public async Task<ImagePage> ListAsync(ImageQuery query, CancellationToken cancellationToken = default)
    {
        var page = await ReadAllAsync(replica => replica.Provider.ListAsync(query, cancellationToken), cancellationToken).ConfigureAwait(false);
        return page.Unlisted.Count == 0 ? page : await ReadUnlistedAsync(page, query, cancellationToken).ConfigureAwait(false);
    }

    public Task<StorageUsage> GetUsageAsync(CancellationToken cancellationToken = default) => ReadAllAsync(replica => replica.Provider.GetUsageAsync(cancellationToken), cancellationToken);

    /// <summary>Returns the free space of the smaller replica, or of the replica that can be reached.</summary>
    public async Task<long?> GetAvailableBytesAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        long? primary;
        try
        {
            primary = await StorageSpace.OfAsync(_components.Primary.Provider, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageUnavailableException)
        {
            return await StorageSpace.OfAsync(_components.Mirror.Provider, cancellationToken).ConfigureAwait(false);
        }

        try
        {
            return StorageSpace.Smaller(primary, await StorageSpace.OfAsync(_components.Mirror.Provider, cancellationToken).ConfigureAwait(false));
        }
        catch (StorageUnavailableException)
        {
            return primary;
        }
    }

    /// <summary>
    /// Reads each image that a replica cannot list as a read of the image does: from the other replica, which starts the
    /// repair. Only an image without a sound copy stays unlisted.
    /// </summary>
    private async Task<ImagePage> ReadUnlistedAsync(ImagePage page, ImageQuery query, CancellationToken cancellationToken)
    {
        var builder = new PageBuilder(query);
        foreach (var image in PageImages.InOrder(page, query.Order))
        {
            var read = image.Unlisted is { } unlisted ? await ReadUnlistedAsync(image, unlisted, query.Order, cancellationToken).ConfigureAwait(false) : image;
            if (read is not null && !builder.Add(read))
            {
                return builder.ToPage();
            }
        }

        return builder.ToPage() with { ContinuationToken = page.ContinuationToken };
    }

    private async Task<WalkedImage?> ReadUnlistedAsync(WalkedImage image, UnlistedImage unlisted, ImageOrder order, CancellationToken cancellationToken)
    {
        if (unlisted.Key is not { } key)
        {
            return image;
        }

        try
        {
            var info = await GetInfoAsync(key, cancellationToken).ConfigureAwait(false);

            // With another time of creation, the image has its place on another page, once the repair has ended.
            return info is null ? null : order == ImageOrder.KeyAscending || info.CreatedAt == unlisted.CreatedAt ? WalkedImage.Of(info) : image;
        }
        catch (ImageStorageException exception) when (exception is StorageCorruptedException or StorageNotSupportedException or StorageUnavailableException)
        {
            return image;
        }
    }

    /// <summary>
    /// Opens the bytes of a record on a replica, or returns <see langword="null"/> if the replica has other bytes.
    /// </summary>
    private static async Task<StoredImage?> OpenSameAsync(MirrorReplica replica, ImageInfo record, GetOptions? options, CancellationToken cancellationToken)
    {
        if (options?.IfMatch is { } expected && expected != record.ETag)
        {
            throw ProviderErrors.Conflict(record.Key, replica.Name, record.ETag);
        }

        if (await replica.Provider.OpenReadAsync(record.Key, options?.OfPart, cancellationToken).ConfigureAwait(false) is not { } image)
        {
            return null;
        }

        if (MirrorCopies.HaveSameBytes(image.Info, record))
        {
            return new StoredImage(record, image.Content, image.Range);
        }

        await image.DisposeAsync().ConfigureAwait(false);
        return null;
    }

    /// <summary>
    /// Reads a listing or the usage from the leader, or from the mirror while the primary is unavailable. An image in
    /// doubt is listed as that replica has the image.
    /// </summary>
    private async Task<T> ReadAllAsync<T>(Func<MirrorReplica, Task<T>> read, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var leader = await _components.LeaderSelector.GetLeaderAsync(null, cancellationToken).ConfigureAwait(false);
        try
        {
            return RecordSuccess(leader, await read(leader).ConfigureAwait(false));
        }
        catch (StorageUnavailableException failure)
        {
            if (leader == _components.Mirror)
            {
                throw MirrorErrors.Outdated(null, _components.Primary.Name, leader.Name, failure);
            }

            return await ReadFromMirrorAsync(null, failure, () => read(_components.Mirror), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Reads an image from the replica with the newest version, or from the other replica if the first is unavailable
    /// or has damaged bytes.
    /// </summary>
    private Task<(T? Found, MirrorReplica Replica)> ReadAsync<T>(ImageKey key, Func<MirrorReplica, ImageInfo?, CancellationToken, Task<T?>> read, CancellationToken cancellationToken)
        where T : class => ReadAsync(
            new MirrorImage(key),
            replica => read(replica, null, cancellationToken),
            (damaged, damage) => damage is ImageCorruptedException ? ReadFromOtherAsync(key, damaged, read, damage, cancellationToken) : Task.FromException<(T?, MirrorReplica)>(damage),
            cancellationToken);

    private async Task<(T? Found, MirrorReplica Replica)> ReadAsync<T>(MirrorItem item, Func<MirrorReplica, Task<T?>> read, Func<MirrorReplica, StorageCorruptedException, Task<(T?, MirrorReplica)>> readDamaged, CancellationToken cancellationToken)
        where T : class
    {
        cancellationToken.ThrowIfCancellationRequested();
        var leader = await _components.LeaderSelector.GetLeaderAsync(item, cancellationToken).ConfigureAwait(false);
        var replica = leader;
        try
        {
            replica = await SelectReplicaAsync(leader, item, cancellationToken).ConfigureAwait(false);
            return (RecordSuccess(replica, await read(replica).ConfigureAwait(false)), replica);
        }
        catch (StorageUnavailableException failure)
        {
            if (leader == _components.Mirror)
            {
                throw replica == leader ? MirrorErrors.Outdated(item, _components.Primary.Name, leader.Name, failure) : MirrorErrors.InDoubt(item, _components.Primary.Name, leader.Name, failure);
            }

            return (await ReadFromMirrorAsync(item, failure, () => read(_components.Mirror), cancellationToken).ConfigureAwait(false), _components.Mirror);
        }
        catch (StorageCorruptedException damage)
        {
            return await readDamaged(replica, damage).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Returns the replica to read. While the mirror leads, the primary still decides an image with an interrupted
    /// write.
    /// </summary>
    private async ValueTask<MirrorReplica> SelectReplicaAsync(MirrorReplica leader, MirrorItem item, CancellationToken cancellationToken) =>
        leader == _components.Primary || await _components.LeaderSelector.IsMirrorCurrentAsync(item, null, cancellationToken).ConfigureAwait(false) ? leader : _components.Primary;

    /// <summary>Reads from the mirror after the primary has failed.</summary>
    private async Task<T> ReadFromMirrorAsync<T>(MirrorItem? item, StorageUnavailableException failure, Func<Task<T>> read, CancellationToken cancellationToken)
    {
        try
        {
            await _components.LeaderSelector.EnsureCanServeAloneAsync(item, _components.Mirror, _components.Primary, failure, cancellationToken).ConfigureAwait(false);
            _components.Health.RecordFailure(failure);
            if (item is not null && !await _components.LeaderSelector.IsMirrorCurrentAsync(item, null, cancellationToken).ConfigureAwait(false))
            {
                throw MirrorErrors.InDoubt(item, _components.Primary.Name, _components.Mirror.Name, failure);
            }

            return await read().ConfigureAwait(false);
        }
        catch (StorageUnavailableException second) when (second.InnerException != failure)
        {
            throw MirrorErrors.BothUnavailable(item, _components.Primary.Name, failure, _components.Mirror.Name, second);
        }
    }

    /// <summary>Reads an image that one replica has damaged from the other, and starts the repair.</summary>
    private async Task<(T? Found, MirrorReplica Replica)> ReadFromOtherAsync<T>(ImageKey key, MirrorReplica damaged, Func<MirrorReplica, ImageInfo?, CancellationToken, Task<T?>> read, StorageCorruptedException damage, CancellationToken cancellationToken)
        where T : class
    {
        var other = damaged == _components.Primary ? _components.Mirror : _components.Primary;
        T? found;
        try
        {
            var (record, isUnreadable) = await damaged.FindAsync(key, cancellationToken).ConfigureAwait(false);
            if (isUnreadable ? !await IsKnownToBeCurrentAsync(key, damaged, cancellationToken).ConfigureAwait(false) : record is null)
            {
                throw damage;
            }

            found = await read(other, record, cancellationToken).ConfigureAwait(false) ?? throw damage;
        }
        catch (ImageStorageException exception) when (exception != damage && exception is not ImageConflictException and not ImageValidationException)
        {
            Log.OtherReplicaFailed(_logger, other.Name, exception);
            throw damage;
        }

        _components.Repairs.Start(key, damaged);
        return (found, other);
    }

    /// <summary>
    /// Returns whether the other replica certainly has no older version, although the record of the damaged replica is
    /// unreadable.
    /// </summary>
    private async Task<bool> IsKnownToBeCurrentAsync(ImageKey key, MirrorReplica damaged, CancellationToken cancellationToken) =>
        await _components.Synchronizer.HasNoHintsAsync(new MirrorImage(key), cancellationToken).ConfigureAwait(false)
        || (damaged == _components.Mirror && !await MirrorLeaderSelector.IsAheadAsync(damaged, new MirrorImage(key), cancellationToken).ConfigureAwait(false));

    /// <summary>Opens the rest of an image on the other replica after a failure in the middle.</summary>
    private async ValueTask<StoredImage?> ContinueOnOtherAsync(StoredImage image, MirrorReplica failed, ImageStorageException failure, long position, CancellationToken cancellationToken)
    {
        var (key, other) = (image.Info.Key, failed == _components.Primary ? _components.Mirror : _components.Primary);
        try
        {
            // The hash pins the bytes, so changes since the opening do not matter.
            var range = new ByteRange(image.Range.Offset + position, image.Range.Length - position);
            if (range.Length == 0 || await OpenSameAsync(other, image.Info, new GetOptions { Range = range }, cancellationToken).ConfigureAwait(false) is not { } rest)
            {
                return null;
            }

            if (failure is ImageCorruptedException)
            {
                _components.Repairs.Start(key, failed);
            }

            return rest;
        }
        catch (ImageStorageException exception)
        {
            Log.OtherReplicaFailed(_logger, other.Name, exception);
            return null;
        }
    }

    private T RecordSuccess<T>(MirrorReplica replica, T answer)
    {
        if (replica == _components.Primary)
        {
            _components.Health.RecordSuccess();
        }

        return answer;
    }
}
