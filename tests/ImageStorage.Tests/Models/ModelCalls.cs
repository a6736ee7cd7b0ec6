using ImageStorage.Tests.Failover;

namespace ImageStorage.Tests.Models;

/// <summary>Makes calls that may fail.</summary>
internal static class ModelCalls
{
    /// <summary>Makes a call, and continues as a new process if the calling process has ended.</summary>
    public static async Task<ModelOutcome> TryAsync(Func<Task> call, Action restart)
    {
        try
        {
            await call();
            return ModelOutcome.Done;
        }
        catch (ImageConflictException)
        {
            return ModelOutcome.Refused;
        }
        catch (StorageUnavailableException)
        {
            return ModelOutcome.Unknown;
        }
        catch (ProcessEndedException)
        {
            restart();
            return ModelOutcome.Unknown;
        }
    }
}
