"use client";
import { LogOut, Settings } from "lucide-react";
import Link from "next/link";
import { Button, ButtonLink } from "@/components/ui/button.tsx";
import { ModeBadge } from "@/components/ui/badge.tsx";
import { Skeleton } from "@/components/ui/skeleton.tsx";
import { ThemeToggle } from "@/components/ui/theme-toggle.tsx";
import type { MeDto } from "@/lib/query/dto.ts";
import { useLogout } from "@/lib/query/use-account.ts";

/** Workspace, whether anything of it is LIVE, settings on a phone, log out, colour scheme. */
export function AccountBar({ me }: { readonly me: MeDto | undefined }) {
  const logout = useLogout();
  return (
    <div className="flex shrink-0 items-center gap-1 lg:flex-col lg:items-stretch lg:gap-3 lg:border-t lg:border-rule lg:px-3 lg:pt-4">
      <div className="flex min-w-0 items-center gap-2 lg:justify-between">
        <div className="min-w-0 max-lg:hidden">
          {me ? (
            <>
              <p className="truncate font-medium">{me.workspace?.name ?? "No workspace"}</p>
              <p className="truncate text-sm text-faint">{me.user?.email}</p>
            </>
          ) : (
            <Skeleton className="h-4 w-24" />
          )}
        </div>
        {me?.workspace && <ModeBadge mode={me.workspace.live ? "live" : "test"} />}
      </div>
      <div className="flex items-center lg:-mx-2 lg:justify-between">
        <ButtonLink variant="quiet" size="sm" className="lg:hidden">
          <Link href="/app/settings/rails" aria-label="Settings">
            <Settings aria-hidden />
          </Link>
        </ButtonLink>
        <Button
          variant="quiet"
          size="sm"
          busy={logout.isPending}
          onClick={() => logout.mutate(undefined, { onSuccess: () => window.location.assign("/") })}
        >
          <LogOut aria-hidden />
          <span className="max-lg:sr-only">Log out</span>
        </Button>
        <ThemeToggle />
      </div>
    </div>
  );
}
