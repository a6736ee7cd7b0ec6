using ImageStorage.Providers;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Coordination;

/// <summary>
/// Warns about a part that one process opens alone beside a primary that several processes can share: a second process
/// would fail, although its primary is healthy.
/// </summary>
internal static class SingleProcessCheck
{
    /// <summary>Logs a warning for each such part.</summary>
    /// <param name="parts">The parts with their names, the primary first.</param>
    /// <param name="logger">Receives the warnings.</param>
    public static void Warn(IReadOnlyList<(string Name, IImageProvider Provider)> parts, ILogger logger)
    {
        var (primary, provider) = parts[0];
        if (!provider.Capabilities.MultiProcess)
        {
            // A second process is refused by the primary itself.
            return;
        }

        foreach (var (name, part) in parts.Skip(1))
        {
            if (!part.Capabilities.MultiProcess)
            {
                Log.SingleProcessPart(logger, name, primary);
            }
        }
    }
}
