using System.Text;
using ImageStorage.FileSystem.Listing;
using ImageStorage.FileSystem.Needles;
using ImageStorage.FileSystem.Volumes;

namespace ImageStorage.FileSystem.Index;

/// <summary>
/// Makes the runs again from the image files when the index is lost or damaged. Logs
/// stay as they are, so saves may go on meanwhile.
/// </summary>
internal sealed class IndexRebuilder(IVolume volume, IndexFiles files, IndexMaintenance maintenance, IndexLimits limits)
{
    private const int WalkBatch = 16 * 1024;

    /// <summary>Makes the runs anew, unless somebody else has done so meanwhile.</summary>
    /// <param name="damaged">The manifest whose runs are damaged; null when it is the manifest.</param>
    /// <param name="cancellationToken">Ends the wait for another process, and the walk through the images; the index is as it was then.</param>
    public void Rebuild(IndexManifest? damaged, CancellationToken cancellationToken) => maintenance.Run(() => RebuildLocked(damaged, cancellationToken), cancellationToken);

    /// <summary>As <see cref="Rebuild"/>, by who holds the lock already.</summary>
    public void RebuildLocked(IndexManifest? damaged, CancellationToken cancellationToken)
    {
        var current = files.ReadManifest();
        if (current is not null && !IndexManifest.AreSame(current, damaged))
        {
            return;
        }

        var runs = new List<IndexRun>();
        foreach (var entries in Entries(cancellationToken).Chunk(limits.SortedAtOnce))
        {
            Array.Sort(entries, (x, y) => x.CompareTo(y));
            using var writer = new RunWriter(volume, files);
            foreach (var entry in entries)
            {
                writer.Append(new IndexRecord(entry.Ticks, entry.Key.Span, isSuspicion: false));
            }

            runs.Add(writer.Finish()!.Value);
        }

        maintenance.Switch(current, runs);
        maintenance.Tidy([], runs);
    }

    private IEnumerable<IndexPosition> Entries(CancellationToken cancellationToken)
    {
        foreach (var file in new ImageTreeWalker(volume, WalkBatch, visited: files.Confirm).Walk())
        {
            cancellationToken.ThrowIfCancellationRequested();

            // The second look at a missing file follows the confirmation of the first: another store may have been at the path for a moment.
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
            return file is null ? null : NeedleTail.Read(file, key).Info.CreatedAt;
        }
        catch (Exception exception) when (exception is ImageCorruptedException or StorageNotSupportedException or LinkRefusedException)
        {
            // No listing shows it; a verification tells of it.
            return null;
        }
    }
}
