namespace QuickStart;

/// <summary>What the command line asks for.</summary>
/// <param name="Folder">The folder whose files to store; null to make some pictures.</param>
/// <param name="Store">The name of the store; null for a temporary one.</param>
internal sealed record Arguments(string? Folder, string? Store)
{
    public static Arguments? Parse(string[] args)
    {
        string? folder = null, store = null;
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] == "--store" && i + 1 < args.Length && StorePlace.IsName(args[i + 1]))
            {
                store = args[++i];
            }
            else if (folder is null && Directory.Exists(args[i]))
            {
                folder = args[i];
            }
            else
            {
                Console.Error.WriteLine($"Not understood: '{args[i]}'. Usage: QuickStart [FOLDER] [--store STORE], where FOLDER exists and STORE is {StorePlace.Syntax}.");
                return null;
            }
        }

        return new Arguments(folder, store);
    }
}
