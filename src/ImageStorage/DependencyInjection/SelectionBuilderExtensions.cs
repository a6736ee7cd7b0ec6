using ImageStorage;
using ImageStorage.Selection;
using ImageStorage.Store.Composition;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Chooses the first of several providers that is available.</summary>
public static class SelectionBuilderExtensions
{
    /// <summary>
    /// Uses the first of several providers that passes a probe (a document is written, read and deleted). The choice is made when the store is
    /// first used, and stays until the process ends; by configuration, this is <c>"Primary": "auto"</c>. Images do not move between the providers.
    /// Not allowed for a primary with a fallback or a mirror, a fallback, and a mirror.
    /// </summary>
    /// <param name="builder">The store.</param>
    /// <param name="candidates">Each chooses one provider, such as <c>first => first.UseFileSystem("data/images")</c>; the preferred one first.</param>
    /// <exception cref="InvalidOperationException">A candidate chooses no provider.</exception>
    /// <exception cref="ArgumentException">There are no candidates.</exception>
    public static ImageStorageBuilder UseFirstAvailable(this ImageStorageBuilder builder, params Action<ImageStorageBuilder>[] candidates)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(candidates);
        if (candidates.Length == 0)
        {
            throw new ArgumentException("There is nothing to choose from: pass at least one candidate, such as candidate => candidate.UseFileSystem(\"data/images\").", nameof(candidates));
        }

        var parts = new List<(string Name, StoreRegistration Registration)>();
        foreach (var candidate in candidates)
        {
            var part = builder.PartOf($"Candidate {parts.Count + 1}", $"Candidates:{parts.Count}", builder.Registration.Role);
            candidate(part);
            var type = part.Registration.EnsureProvider();
            var same = parts.Count(other => other.Registration.Provider?.Type == type);
            parts.Add((same == 0 ? type : $"{type} {same + 1}", part.Registration));
        }

        return builder.UseProvider(AutoImageProvider.ProviderName, services =>
            ProviderSelection.Create(services, parts, part => part.Name, part => LayerComposition.Create(services, part.Registration)));
    }
}
