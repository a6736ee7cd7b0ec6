namespace ImageStorage.FileSystem.Tests.Medium;

/// <summary>Creates symbolic links, and skips the test if the user may not.</summary>
internal static class SymbolicLinks
{
    public static void CreateDirectory(string link, string target) => Create(() => Directory.CreateSymbolicLink(link, target));

    public static void CreateFile(string link, string target) => Create(() => File.CreateSymbolicLink(link, target));

    private static void Create(Action create)
    {
        try
        {
            create();
        }
        catch (Exception exception) when (OperatingSystem.IsWindows() && exception is IOException or UnauthorizedAccessException)
        {
            Assert.Ignore("Windows lets only some users make symbolic links.");
        }
    }
}
