using System.Globalization;
using ImageStorage.Providers;

namespace ImageStorage.Parts;

/// <summary>Lists and names the parts of a store.</summary>
internal static class PartList
{
    /// <summary>Returns the provider of a store as a part, before its members are known.</summary>
    public static StorePart RootOf(IImageProvider provider) => new() { Role = ProviderRole.Primary, Name = provider.Name, Provider = provider };

    /// <summary>Returns a part with all of its parts. The names may be repeated.</summary>
    public static IEnumerable<StorePart> Of(StorePart part) =>
        part.Role != ProviderRole.Candidate && part.Provider.GetAbility<IPartsSource>() is { } source
            ? source.MembersOf(part).SelectMany(member => ReferenceEquals(member.Provider, part.Provider) ? [member] : Of(member))
            : [part];

    /// <summary>
    /// Returns one name for each entry that no other entry has: a name that is repeated is followed by a number. The
    /// primary, fallbacks and mirrors keep their names before the parts inside of them.
    /// </summary>
    public static string[] UniqueNames(IReadOnlyList<(ProviderRole Role, string Name)> entries)
    {
        var names = new string[entries.Count];
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, entry) in entries.Index().OrderBy(entry => entry.Item.Role > ProviderRole.Mirror))
        {
            names[index] = entry.Name;
            for (var number = 2; !taken.Add(names[index]); number++)
            {
                names[index] = string.Create(CultureInfo.InvariantCulture, $"{entry.Name} {number}");
            }
        }

        return names;
    }

    /// <summary>Returns the names of a primary and the providers beside it, with a number where a name is repeated.</summary>
    public static string[] UniqueNames(IEnumerable<string> names) => UniqueNames([.. names.Select(name => (ProviderRole.Primary, name))]);
}
