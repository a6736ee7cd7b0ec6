namespace ImageStorage.LiteDb;

public sealed partial class LiteDbImageProvider
{
    /// <summary>
    /// Gives back the space that deleted images have left: copies all that is needed into a new database, checks every byte of the copy, and puts it in the place
    /// of the old one by one rename. All other calls wait meanwhile. Interrupted at any moment, either the old database or the new one is there, whole.
    /// </summary>
    /// <param name="cancellationToken">Ends the copying; the old database stays.</param>
    /// <returns>By how many bytes the file became smaller; 0 when there is no store.</returns>
    /// <exception cref="StorageFullException">There is no room for the copy beside the original.</exception>
    /// <exception cref="StorageCorruptedException">Something in the database is damaged, which a copy would hide; the old one stays. Verify the store, and delete or restore what is named.</exception>
    public async Task<long> CompactAsync(CancellationToken cancellationToken = default) =>
        await Translated("compacting", null, _store.CompactAsync(cancellationToken)).ConfigureAwait(false);
}
