using ImageStorage.Providers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.Selection;

/// <summary>Creates the candidates, and disposes of them if one of them cannot be created.</summary>
internal static class ProviderSelection
{
    public static AutoImageProvider Create<T>(IServiceProvider services, IEnumerable<T> parts, Func<T, string> nameOf, Func<T, IImageProvider> create)
    {
        var candidates = new List<ProviderCandidate>();
        try
        {
            foreach (var part in parts)
            {
                candidates.Add(new ProviderCandidate(nameOf(part), create(part)));
            }
        }
        catch
        {
            candidates.ForEach(candidate => candidate.Provider.Dispose());
            throw;
        }

        var logger = (services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger<ProviderSelector>();
        return new AutoImageProvider(new ProviderSelector(candidates, services.GetService<TimeProvider>() ?? TimeProvider.System, logger));
    }
}
