namespace ImageStorage.Caching.Memory;

/// <summary>
/// Allocates the memory that cached bytes are kept in, as long as the process has enough left for everything else: not when the heap would then fill more than
/// three quarters of what the process may use, which is the container's limit, a limit of the heap, or the memory of the machine.
/// </summary>
/// <param name="clock">The clock of the pause after a refusal.</param>
internal sealed class ChunkAllocator(TimeProvider clock)
{
    // A failed allocation costs a whole collection, and an image that does not get memory is read past the cache.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private long? _refusedAt;

    /// <summary>Returns new memory, or null when there is not enough. Not for concurrent use.</summary>
    public byte[]? TryAllocate(int length)
    {
        if (_refusedAt is { } at && clock.GetElapsedTime(at) < Pause)
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
            // Other threads were faster.
        }

        _refusedAt = clock.GetTimestamp();
        return null;
    }

    private static bool HasRoom(int length) => GC.GetTotalMemory(forceFullCollection: false) + length <= GC.GetGCMemoryInfo(GCKind.Any).TotalAvailableMemoryBytes / 4 * 3;
}
