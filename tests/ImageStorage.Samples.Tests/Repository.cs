namespace ImageStorage.Samples.Tests;

/// <summary>The checkout that the tests run in.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory)
        ?? throw new InvalidOperationException("The sources are not found above the test assembly: run the tests from a checkout.");

    private static string? Find(string? folder)
    {
        while (folder is not null && !File.Exists(Path.Join(folder, "ImageStorage.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder;
    }
}
