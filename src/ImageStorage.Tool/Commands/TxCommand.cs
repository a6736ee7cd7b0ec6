using System.CommandLine;
using ImageStorage.Tool.Output;

namespace ImageStorage.Tool.Commands;

/// <summary>The command <c>tx</c>: transactions that are not decided.</summary>
internal static class TxCommand
{
    public static Command Create(ToolConsole console) => new("tx", "Lists undecided transactions, and rolls back those of dead processes.")
    {
        new TxLsCommand(console),
        new TxRecoverCommand(console),
    };
}
