namespace ImageStorage.Mirroring;

internal sealed partial class MirrorProvider
{
    public async Task<ImageInfo?> GetInfoAsync(ImageKey key, CancellationToken cancellationToken = default) => (await ReadAsync(
        key,
        (side, record, token) => record is null ? side.Provider.GetInfoAsync(key, token) : Task.FromResult<ImageInfo?>(record),
        cancellationToken).ConfigureAwait(false)).Found;

    public async Task<StoredImage?> OpenReadAsync(ImageKey key, GetOptions? options = null, CancellationToken cancellationToken = default)
    {
        var (found, side) = await ReadAsync(
            key,
            (side, record, token) => record is null ? side.Provider.OpenReadAsync(key, options, token) : OpenSameAsync(side, record, options, token),
            cancellationToken).ConfigureAwait(false);
        return found is null ? null : new StoredImage(found.Info, new MirrorStream(found, (failure, position, token) => GoOnAsync(found, side, failure, position, token)), found.Range);
    }

    public Task<ImagePage> ListAsync(ImageQuery query, CancellationToken cancellationToken = default) => ReadAllAsync(side => side.Provider.ListAsync(query, cancellationToken), cancellationToken);

    public Task<StorageUsage> GetUsageAsync(CancellationToken cancellationToken = default) => ReadAllAsync(side => side.Provider.GetUsageAsync(cancellationToken), cancellationToken);

    /// <summary>Opens the bytes of a record on a side; null when it has others.</summary>
    private static async Task<StoredImage?> OpenSameAsync(MirrorSide side, ImageInfo record, GetOptions? options, CancellationToken cancellationToken)
    {
        if (options?.IfMatch is { } expected && expected != record.ETag)
        {
            throw ImageConflictException.For(record.Key, side.Name, record.ETag);
        }

        if (await side.Provider.OpenReadAsync(record.Key, new GetOptions { Range = options?.Range }, cancellationToken).ConfigureAwait(false) is not { } image)
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

    /// <summary>A listing or a measurement, from the side that leads, or the mirror while the primary is down. An image in doubt is told as that side has it.</summary>
    private async Task<T> ReadAllAsync<T>(Func<MirrorSide, Task<T>> read, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var leader = await _parts.Leadership.LeaderAsync(null, cancellationToken).ConfigureAwait(false);
        try
        {
            return Answered(leader, await read(leader).ConfigureAwait(false));
        }
        catch (StorageUnavailableException failure)
        {
            if (leader == _parts.Mirror)
            {
                throw MirrorErrors.Behind(null, _parts.Primary.Name, leader.Name, failure);
            }

            return await OnMirrorAsync(null, failure, () => read(_parts.Mirror), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads an image from the side that knows it best, from the other where that one is down or has it damaged.</summary>
    private async Task<(T? Found, MirrorSide Side)> ReadAsync<T>(ImageKey key, Func<MirrorSide, ImageInfo?, CancellationToken, Task<T?>> read, CancellationToken cancellationToken)
        where T : class
    {
        cancellationToken.ThrowIfCancellationRequested();
        var leader = await _parts.Leadership.LeaderAsync(key, cancellationToken).ConfigureAwait(false);
        var side = leader;
        try
        {
            side = await SideOfAsync(leader, key, cancellationToken).ConfigureAwait(false);
            return (Answered(side, await read(side, null, cancellationToken).ConfigureAwait(false)), side);
        }
        catch (StorageUnavailableException failure)
        {
            if (leader == _parts.Mirror)
            {
                throw side == leader ? MirrorErrors.Behind(key, _parts.Primary.Name, leader.Name, failure) : MirrorErrors.InDoubt(key, _parts.Primary.Name, leader.Name, failure);
            }

            return (await OnMirrorAsync(key, failure, () => read(_parts.Mirror, null, cancellationToken), cancellationToken).ConfigureAwait(false), _parts.Mirror);
        }
        catch (ImageCorruptedException damage)
        {
            return await RescueAsync(key, side, read, damage, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>While the mirror leads as a whole, the primary still knows an image best of which a write to it was cut off.</summary>
    private async ValueTask<MirrorSide> SideOfAsync(MirrorSide leader, ImageKey key, CancellationToken cancellationToken) =>
        leader == _parts.Primary || await _parts.Leadership.IsMirrorCurrentAsync(key, null, cancellationToken).ConfigureAwait(false) ? leader : _parts.Primary;

    private async Task<T> OnMirrorAsync<T>(ImageKey? key, StorageUnavailableException failure, Func<Task<T>> read, CancellationToken cancellationToken)
    {
        try
        {
            await _parts.Leadership.EnsureAloneAsync(key, _parts.Mirror, _parts.Primary, failure, cancellationToken).ConfigureAwait(false);
            _parts.Health.Failed(failure);
            if (key is { } image && !await _parts.Leadership.IsMirrorCurrentAsync(image, null, cancellationToken).ConfigureAwait(false))
            {
                throw MirrorErrors.InDoubt(image, _parts.Primary.Name, _parts.Mirror.Name, failure);
            }

            return await read().ConfigureAwait(false);
        }
        catch (StorageUnavailableException second) when (second.InnerException != failure)
        {
            throw MirrorErrors.BothDown(key, _parts.Primary.Name, failure, _parts.Mirror.Name, second);
        }
    }

    /// <summary>Serves an image that one side has damaged from the other one, and has it repaired.</summary>
    private async Task<(T? Found, MirrorSide Side)> RescueAsync<T>(ImageKey key, MirrorSide damaged, Func<MirrorSide, ImageInfo?, CancellationToken, Task<T?>> read, ImageCorruptedException damage, CancellationToken cancellationToken)
        where T : class
    {
        var other = damaged == _parts.Primary ? _parts.Mirror : _parts.Primary;
        T? found;
        try
        {
            var (record, isUnreadable) = await damaged.FindAsync(key, cancellationToken).ConfigureAwait(false);
            if (isUnreadable ? !await IsSameKnownAsync(key, damaged, cancellationToken).ConfigureAwait(false) : record is null)
            {
                throw damage;
            }

            found = await read(other, record, cancellationToken).ConfigureAwait(false) ?? throw damage;
        }
        catch (ImageStorageException exception) when (exception != damage && exception is not ImageConflictException and not ImageValidationException)
        {
            Log.RescueFailed(_logger, other.Name, exception);
            throw damage;
        }

        _parts.Repairs.Start(key, damaged);
        return (found, other);
    }

    /// <summary>Without the record of the damaged side: is what the other one has surely not older?</summary>
    private async Task<bool> IsSameKnownAsync(ImageKey key, MirrorSide damaged, CancellationToken cancellationToken) =>
        await _parts.Leveler.IsUnnotedAsync(key, cancellationToken).ConfigureAwait(false)
        || (damaged == _parts.Mirror && !await MirrorLeadership.RulesAsync(damaged, key, cancellationToken).ConfigureAwait(false));

    /// <summary>Opens the rest of an image on the other side than the one that has failed in the middle of it.</summary>
    private async ValueTask<StoredImage?> GoOnAsync(StoredImage image, MirrorSide failed, ImageStorageException failure, long position, CancellationToken cancellationToken)
    {
        var (key, other) = (image.Info.Key, failed == _parts.Primary ? _parts.Mirror : _parts.Primary);
        try
        {
            // The bytes are pinned by their hash, so it does not matter what has happened since they were opened.
            var range = new ByteRange(image.Range.Offset + position, image.Range.Length - position);
            if (range.Length == 0 || await OpenSameAsync(other, image.Info, new GetOptions { Range = range }, cancellationToken).ConfigureAwait(false) is not { } rest)
            {
                return null;
            }

            if (failure is ImageCorruptedException)
            {
                _parts.Repairs.Start(key, failed);
            }

            return rest;
        }
        catch (ImageStorageException exception)
        {
            Log.RescueFailed(_logger, other.Name, exception);
            return null;
        }
    }

    private T Answered<T>(MirrorSide side, T answer)
    {
        if (side == _parts.Primary)
        {
            _parts.Health.Answered();
        }

        return answer;
    }
}
