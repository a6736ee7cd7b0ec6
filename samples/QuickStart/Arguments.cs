namespace QuickStart;

/// <summary>What the command line asks for.</summary>
/// <param name="Folder">The folder whose files to store; null to make some pictures.</param>
/// <param name="StorePath">The folder of the store; null for a temporary one.</param>
internal sealed record Arguments(string? Folder, string? StorePath)
{
    private const string StoreScheme = "file:";

    public static Arguments? Parse(string[] args)
    {
        string? folder = null, store = null;
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] == "--store" && i + 1 < args.Length && args[i + 1].StartsWith(StoreScheme, StringComparison.Ordinal))
            {
                store = args[++i][StoreScheme.Length..];
            }
            else if (folder is null && Directory.Exists(args[i]))
            {
                folder = args[i];
            }
            else
            {
                Console.Error.WriteLine($"Not understood: '{args[i]}'. Usage: QuickStart [FOLDER] [--store file:PATH], where FOLDER exists.");
                return null;
            }
        }

        return new Arguments(folder, store);
    }
}
