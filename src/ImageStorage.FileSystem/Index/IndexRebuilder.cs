using System.Text;
using ImageStorage.FileSystem.ImageFiles;
using ImageStorage.FileSystem.Listing;
using ImageStorage.FileSystem.Staging;
using ImageStorage.FileSystem.Volumes;

namespace ImageStorage.FileSystem.Index;

/// <summary>
/// Rebuilds the runs from the image files when the index is lost or damaged. Logs are not touched, so saves can
/// continue.
/// </summary>
internal sealed class IndexRebuilder(IVolume volume, StagingArea staging, IndexFiles files, IndexMaintenance maintenance, IndexLimits limits)
{
    private const int WalkBatch = 16 * 1024;

    /// <summary>Rebuilds the runs, unless another process has done so in the meantime.</summary>
    /// <param name="damaged">The manifest whose runs are damaged; <see langword="null"/> if the manifest is damaged or
    /// missing.</param>
    /// <param name="cancellationToken">Ends the wait for another process, and the walk through the images. The index is
    /// then unchanged.</param>
    public void Rebuild(IndexManifest? damaged, CancellationToken cancellationToken) => maintenance.Run(() => RebuildLocked(damaged, cancellationToken), cancellationToken);

    /// <summary>Does the same as <see cref="Rebuild"/> for a caller that holds the merge lock.</summary>
    public void RebuildLocked(IndexManifest? damaged, CancellationToken cancellationToken)
    {
        var current = files.ReadManifest();
        if (current is not null && !IndexManifest.AreSame(current, damaged))
        {
            return;
        }

        var runs = new List<IndexRun>();
        foreach (var entries in Entries(cancellationToken).Chunk(limits.RebuildBatchLength))
        {
            Array.Sort(entries, (x, y) => x.CompareTo(y));
            using var writer = new RunWriter(volume, files);
            foreach (var entry in entries)
            {
                writer.Append(new IndexRecord(entry.Ticks, entry.Key.Span, isStaleMarker: false));
            }

            runs.Add(writer.Finish()!.Value);
        }

        maintenance.Switch(current, runs);
        maintenance.DeleteObsolete([], runs);
    }

    private IEnumerable<IndexPosition> Entries(CancellationToken cancellationToken)
    {
        foreach (var file in new ImageTreeWalker(volume, WalkBatch, visited: files.Confirm, createFile: () => staging.Create(0)).Walk())
        {
            cancellationToken.ThrowIfCancellationRequested();

            // The second check of a missing file follows the confirmation of the first: another store may have been at
            // the path for a moment.
            if (file.Key is { } key && (CreationOf(file.Path, key) ?? CreationOf(file.Path, key)) is { } createdAt)
            {
                files.Confirm();
                yield return new IndexPosition(createdAt.UtcTicks, Encoding.UTF8.GetBytes(key.Value));
            }
        }
    }

    private DateTimeOffset? CreationOf(string path, ImageKey key)
    {
        try
        {
            using var file = volume.OpenRead(path);
            return file is null ? null : ImageFileFooter.Read(file, key).Info.CreatedAt;
        }
        catch (Exception exception) when (exception is ImageCorruptedException or StorageNotSupportedException or LinkRefusedException)
        {
            // A listing names a damaged image as unlisted, also after the index was lost.
            return IndexEntry.Unknown;
        }
    }
}
