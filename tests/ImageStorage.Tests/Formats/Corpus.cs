namespace ImageStorage.Tests.Formats;

/// <summary>Real images in ../shared/corpus beside the checkout, which are not part of the repository.</summary>
internal static class Corpus
{
    private static readonly string? Root = Find();

    /// <summary>
    /// Returns the files of "valid", "broken" or "faults" by name. Skips the test if the corpus is absent.
    /// </summary>
    public static IReadOnlyDictionary<string, byte[]> Require(string folder)
    {
        if (Root is null)
        {
            Assert.Ignore("The corpus of real images (../shared/corpus beside the checkout) is not on this machine.");
        }

        if (!Directory.Exists(Path.Combine(Root, folder)))
        {
            Assert.Ignore($"The corpus of real images has no folder {folder}.");
        }

        return Read(folder);
    }

    /// <summary>Returns all files, or none if the corpus is absent.</summary>
    public static IEnumerable<byte[]> Contents() => Root is null ? [] : Read("valid").Values.Concat(Read("broken").Values);

    // Sorted, so that a seed picks the same file on every machine.
    private static SortedDictionary<string, byte[]> Read(string folder) => new(
        Directory.EnumerateFiles(Path.Combine(Root!, folder)).ToDictionary(file => Path.GetFileName(file), File.ReadAllBytes), StringComparer.Ordinal);

    private static string? Find()
    {
        for (DirectoryInfo? at = new(TestContext.CurrentContext.TestDirectory); at is not null; at = at.Parent)
        {
            string candidate = Path.Combine(at.FullName, "shared", "corpus");
            if (Directory.Exists(Path.Combine(candidate, "valid")) && Directory.Exists(Path.Combine(candidate, "broken")))
            {
                return candidate;
            }
        }

        return null;
    }
}
