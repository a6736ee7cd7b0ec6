namespace ImageStorage.LiteDb;

public sealed partial class LiteDbImageProvider
{
    /// <summary>
    /// Returns the space of deleted images to the file system: copies all needed data into a new database, checks every
    /// byte of the copy, and renames the copy over the database. Other calls wait meanwhile. After a crash, either the
    /// old or the new database is present and complete.
    /// </summary>
    /// <param name="cancellationToken">Cancels the copying; the old database stays.</param>
    /// <returns>The number of bytes by which the file became smaller; 0 when there is no store.</returns>
    /// <exception cref="StorageFullException">The medium has no space for the copy.</exception>
    /// <exception cref="StorageCorruptedException">
    /// An image, a document or the database is damaged, which a copy would hide; the old database stays. Verify the
    /// store, and delete or restore the reported images.
    /// </exception>
    /// <exception cref="StorageNotSupportedException">
    /// A newer version of the library wrote an image; the old database stays. Update the library first.
    /// </exception>
    public async Task<long> CompactAsync(CancellationToken cancellationToken = default) =>
        await TranslateAsync("compacting", null, _store.CompactAsync(cancellationToken)).ConfigureAwait(false);
}
