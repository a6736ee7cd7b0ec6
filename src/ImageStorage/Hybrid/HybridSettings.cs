using Microsoft.Extensions.Configuration;

namespace ImageStorage.Hybrid;

/// <summary>The sections of the two halves in that of a hybrid provider.</summary>
internal static class HybridSettings
{
    public const string Catalog = "Catalog";
    public const string Content = "Content";

    /// <summary>The section of one half.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static IConfigurationSection HalfOf(IConfigurationSection section, string half) =>
        section.GetSection(half) is var found && found.GetChildren().Any()
            ? found
            : throw new InvalidOperationException($"The hybrid provider '{section.Path}' has no section '{half}': add one with the Type and the settings of a provider.");

    /// <summary>The section of a provider, and those of its halves if it has any: each may say how its half is called.</summary>
    public static IEnumerable<IConfigurationSection> WithHalves(IConfigurationSection provider) =>
        new[] { Catalog, Content }.Select(provider.GetSection).Where(half => half.Exists()).SelectMany(WithHalves).Prepend(provider);
}
