using ImageStorage.FileSystem.Naming;
using ImageStorage.FileSystem.Volumes;
using Microsoft.Extensions.Logging;

namespace ImageStorage.FileSystem;

/// <summary>
/// Knows whether the opened store is still at its path. Its folder may be renamed, its volume unmounted, or another
/// folder put in its place. The evidence is the identity of the format file, for one system call.
/// </summary>
/// <remarks>
/// Takes no lock, because the callers hold locks of keys, logs and merges. While the store is away, nothing is read or
/// written by accident: files are staged in a folder with a unique name that no other store has, so no rename into
/// another store succeeds, and the root is never created again.
/// </remarks>
internal sealed class StorePresence(IVolume medium, TimeProvider clock, ILogger logger)
{
    // The time for which a confirmation is trusted. Another store at this path is detected within this time, for one
    // call per second.
    private const ulong TrustTicks = TimeSpan.TicksPerSecond;

    private volatile Seen? _seen;
    private volatile bool _hasMoved;
    private long _confirmedAt;

    /// <summary>Gets a value that indicates whether this process has seen the store.</summary>
    public bool IsKnown => _seen is not null;

    /// <summary>
    /// Gets or sets a value that indicates whether the store returned as another copy or mount of itself. The open
    /// files then belong to the old one.
    /// </summary>
    public bool HasMoved
    {
        get => _hasMoved;
        set => _hasMoved = value;
    }

    /// <summary>Looks for the store for the first time.</summary>
    /// <returns><see langword="false"/> if there is none.</returns>
    public bool TryFind()
    {
        if (medium.Identify(FormatFile.Path) is not { } file || FormatFile.ReadId(medium) is not { } id)
        {
            return false;
        }

        _confirmedAt = clock.GetUtcNow().Ticks;
        _seen = new Seen(file, id);
        return true;
    }

    /// <summary>Throws <see cref="VolumeFailureException"/> unless the store is at its path.</summary>
    public void Confirm()
    {
        if (_seen is not { } seen)
        {
            return;
        }

        if (medium.Identify(FormatFile.Path) is { } file && (file == seen.File || IsSame(seen, file)) && !_hasMoved)
        {
            Volatile.Write(ref _confirmedAt, clock.GetUtcNow().Ticks);
            return;
        }

        throw Lost(_hasMoved ? "its folder was replaced by a copy, or its volume was mounted again" : "the store is not at its path: its folder was moved, removed or replaced, or its volume is not mounted");
    }

    /// <summary>
    /// Throws <see cref="VolumeFailureException"/> unless the store is at its path and has the folder of the images.
    /// The library creates this folder with the store and never removes it. Without it, every image would look like one
    /// that never existed.
    /// </summary>
    public void ConfirmImages()
    {
        Confirm();
        if (IsKnown && !medium.DirectoryExists(ImagePaths.Root) && medium.FileExists(FileSystemStore.ImagesMarker))
        {
            // The store itself may have disappeared between the two checks.
            Confirm();
            throw ImagesLost();
        }
    }

    /// <summary>Confirms everything that a path depends on: for an image, also the folder of the images.</summary>
    public void ConfirmFor(string path)
    {
        if (ImagePaths.IsInside(path))
        {
            ConfirmImages();
        }
        else
        {
            Confirm();
        }
    }

    /// <summary>Returns the failure for a missing folder of the images.</summary>
    public static VolumeFailureException ImagesLost() =>
        new(
            $"the folder {ImagePaths.Root} of the store is missing, but the rest of the store is there",
            "Restore the folder, from a backup if it was deleted; the store then continues. If all images were removed on purpose, create an empty folder with this name.",
            isTransient: true);

    /// <summary>Calls <see cref="Confirm"/> unless the last confirmation is less than a second old.</summary>
    public void ConfirmIfDue()
    {
        // If the clock stepped back, the unsigned difference is huge, and the store is confirmed.
        if (_seen is not null && (ulong)(clock.GetUtcNow().Ticks - Volatile.Read(ref _confirmedAt)) >= TrustTicks)
        {
            Confirm();
        }
    }

    private static VolumeFailureException Lost(string reason) =>
        new(reason, "Restore the folder or mount the volume; the store then continues.", isTransient: true);

    /// <summary>
    /// Returns <see langword="true"/> if a file is the format file of the same store. The store was then copied or
    /// mounted again, and the open files of this process belong to the old one.
    /// </summary>
    private bool IsSame(Seen seen, FileIdentity file)
    {
        if (ReadId() is not { } id || id != seen.Id)
        {
            return false;
        }

        _hasMoved = true;
        _seen = new Seen(file, id);
        Log.StoreReopened(logger);
        return true;
    }

    private string? ReadId()
    {
        try
        {
            return FormatFile.ReadId(medium);
        }
        catch (ImageStorageException)
        {
            // Another kind of folder is at the path. The next opening reports it.
            return null;
        }
    }

    private sealed record Seen(FileIdentity File, string Id);
}
