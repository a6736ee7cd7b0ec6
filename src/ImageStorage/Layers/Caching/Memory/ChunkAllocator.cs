namespace ImageStorage.Caching.Memory;

/// <summary>
/// Allocates memory for cached bytes, unless the heap would then fill more than three quarters of the memory that the
/// process may use: the limit of the container or of the heap, or the memory of the machine.
/// </summary>
/// <param name="clock">The clock of the pause after a failed allocation.</param>
internal sealed class ChunkAllocator(TimeProvider clock)
{
    // A failed allocation costs a full collection. During the pause, images without memory are read past the cache.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private long? _failedAt;

    /// <summary>Returns new memory, or null if there is not enough. Not thread-safe.</summary>
    public byte[]? TryAllocate(int length)
    {
        if (_failedAt is { } at && clock.GetElapsedTime(at) < Pause)
        {
            return null;
        }

        try
        {
            if (HasRoom(length))
            {
                return GC.AllocateUninitializedArray<byte>(length, pinned: true);
            }
        }
        catch (OutOfMemoryException)
        {
            // Other threads have used the memory in the meantime.
        }

        _failedAt = clock.GetTimestamp();
        return null;
    }

    private static bool HasRoom(int length) => GC.GetTotalMemory(forceFullCollection: false) + length <= GC.GetGCMemoryInfo(GCKind.Any).TotalAvailableMemoryBytes / 4 * 3;
}
